// A law over made-up stores: what goes was named by nothing, was old by every time that it has, was whole and was not locked;
// and whatever else lies in the folder changes nothing of it.

import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { scan } from "../../../src/index.ts";
import { openclawStore, setAge, stampOf, writeAt, writeIndex, writeTranscript } from "../../support/openclaw-store.ts";
import { takenBy } from "../../support/session-store.ts";

const DAYS = fc.constantFrom(-400, 0, 1, 29, 31, 300);

const transcript = fc.record({
  records: DAYS,
  file: DAYS,
  named: fc.constantFrom("no", "no", "id", "file", "elsewhere"),
  damage: fc.constantFrom("none", "none", "none", "cut", "other", "empty"),
  locked: fc.boolean(),
  trajectory: fc.option(fc.record({ file: DAYS, isCut: fc.boolean() }), { freq: 2 }),
});
const archive = fc.record({ name: DAYS, file: DAYS, isNamed: fc.boolean(), how: fc.constantFrom("reset", "deleted") });
const temporary = fc.constantFrom(0, 0.5, 2);
const strange = fc.constantFrom(
  "notes.txt",
  ".hidden.jsonl",
  "x.jsonl.bak",
  "x.trajectory.jsonl",
  "a b.jsonl",
  "x.json",
);
const index = fc.constantFrom("whole", "whole", "whole", "cut", "none", "null", "no id");

it(
  "nothing named, young, locked, broken or strange is taken, and everything else is",
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(transcript, { maxLength: 6 }),
        fc.array(archive, { maxLength: 3 }),
        fc.array(temporary, { maxLength: 2 }),
        fc.array(strange, { maxLength: 3 }),
        index,
        async (transcripts, archives, temporaries, others, state) => {
          const { base, home, options } = openclawStore();
          const sessions: Record<string, unknown> = { "agent:main:main": { sessionId: "live" } };
          const elsewhere: Record<string, unknown> = {};
          const expected: string[] = [];
          for (const [nth, { records, file, named, damage, locked, trajectory }] of transcripts.entries()) {
            const id = `s${nth}`;
            const path = writeTranscript(base, id, records, damage === "other" ? "another" : id);
            if (damage === "empty") writeAt(path, "", file);
            if (damage === "cut") writeAt(path, '{"type":"session', file);
            setAge(path, file);
            if (locked) writeAt(`${path}.lock`, "{}", 300);
            const beside = join(base, `${id}.trajectory.jsonl`);
            if (trajectory !== null) writeAt(beside, trajectory.isCut ? "{" : "{}\n", trajectory.file);
            if (named === "id") sessions[`agent:main:${id}x`] = { sessionId: id };
            if (named === "file")
              sessions[`agent:main:${id}x`] = { sessionId: `${id}x`, sessionFile: `/x/${id}.jsonl` };
            if (named === "elsewhere") elsewhere[`agent:ops:${id}x`] = { sessionId: id };
            const ages = [file, ...(trajectory === null ? [] : [trajectory.file])];
            const isWhole = damage === "none" && records > 0 && trajectory?.isCut !== true;
            const isOld = isWhole && [...ages, records].every((days) => days > 30);
            const isDebris = damage === "empty" && trajectory === null && file > 1;
            if (named === "no" && !locked && (isOld || isDebris)) expected.push(id);
          }
          for (const [nth, { name, file, isNamed, how }] of archives.entries()) {
            const place = `a${nth}.jsonl.${how}.${stampOf(name)}`;
            writeAt(join(base, place), "{}", file);
            if (isNamed) sessions[`agent:main:a${nth}`] = { sessionId: `a${nth}x`, sessionFile: place };
            if (!isNamed && name > 30 && file > 30) expected.push(place);
          }
          for (const [nth, days] of temporaries.entries()) {
            const place = `sessions.json.${nth}0000000-1111-4222-8333-444455556666.tmp`;
            writeAt(join(base, place), "{}", days);
            if (days > 1) expected.push(place);
          }
          for (const name of others) writeAt(join(base, name), "{}", 400);
          if (state === "null") sessions["agent:main:y"] = null;
          if (state === "no id") elsewhere["agent:ops:y"] = { updatedAt: 1 };
          const text = JSON.stringify(sessions);
          writeIndex(base, state === "cut" ? text.slice(0, -1) : text);
          writeIndex(join(home, "agents/ops/sessions"), elsewhere);
          if (state === "none") writeAt(join(home, "agents/ops/sessions/sessions.json"), "", 0);
          expect(takenBy(await scan(options))).toEqual(state === "whole" ? expected.toSorted() : []);
        },
      ),
      { numRuns: 60, seed: 20_261_126 },
    );
  },
);
