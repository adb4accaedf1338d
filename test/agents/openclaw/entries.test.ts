// Sessions of OpenClaw as entries. They go only while no OpenClaw runs, and some of these tests run what looks like one: so
// all of them are in one file, whose tests follow one another.

import "./entries/golden.ts";
import "./entries/heartbeats.ts";
import "./entries/killed.ts";
import "./entries/law.ts";
import "./entries/over-limit.ts";
import "./entries/running.ts";
