# The same in Python, with the snippet of the README: python3 agent.py <startup.py | none>
import runpy
import sys
import time

begin = time.perf_counter()
sys.stdout.write("agent 1.0: hello\n")
if sys.argv[1] != "none":
    runpy.run_path(sys.argv[1])["startup_sweep"]()
took = (time.perf_counter() - begin) * 1000
sys.stderr.write("%f\n" % took)
sys.stdout.write("answer: 42\n")
sys.exit(7)
