import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { createVoice } from "../../../src/cli/voice.ts";
import type { OutputStream } from "../../../src/cli/streams.ts";
import { createPaint } from "../../../src/writing/paint.ts";

/** The escape of a terminal's sequences. */
const ESC = "\u001b";
/** Moves the cursor, sets the title, hides text, clears the screen, turns the direction, breaks a line, is half a character. */
const HOSTILE = `a${ESC}[2Ab${ESC}]0;title\u0007c${ESC}[8md${ESC}[2Je\u202Ef\u2028g\u009Bh\u200Fi\rj\ud800k`;
const SHOWN = "a�[2Ab�]0;title�c�[8md�[2Je�f�g�h�i j�k";

function voiceTo({ isTTY }: { readonly isTTY: boolean }) {
  const stream = (): PassThrough & OutputStream => Object.assign(new PassThrough(), { isTTY, columns: 300 });
  const [stdout, stderr, stdin] = [stream(), stream(), Object.assign(new PassThrough(), { isTTY })];
  const voice = createVoice({
    stdout,
    stderr,
    stdin,
    variables: {},
    folder: "/",
    signals: process,
    processes: undefined,
    exit: () => undefined,
  });
  return { voice, stdin, said: () => String(stdout.read() ?? ""), warned: () => String(stderr.read() ?? "") };
}

it.each([true, false])("nothing that is said is obeyed by a terminal (one: %j)", async (isTTY) => {
  const { voice, said, warned } = voiceTo({ isTTY });
  await voice.say(`one ${HOSTILE}\ntwo`);
  expect(said()).toBe(`one ${SHOWN}\ntwo\n`);
  voice.warn(HOSTILE);
  expect(warned()).toBe(`${SHOWN}\n`);
});

it("neither is what is asked", async () => {
  const { voice, stdin, warned } = voiceTo({ isTTY: true });
  const answer = voice.ask(HOSTILE);
  expect(warned()).toBe(SHOWN);
  stdin.write("y\n");
  expect(await answer).toBe(true);
});

it("colours of its own stay where there are colours, and go where there are none", async () => {
  const painted = createPaint(true)("bad", "MISSED");
  const terminal = voiceTo({ isTTY: true });
  await terminal.voice.say(painted);
  expect(terminal.said()).toBe(`${painted}\n`);
  const pipe = voiceTo({ isTTY: false });
  await pipe.voice.say(painted);
  expect(pipe.said()).not.toContain(ESC);
});
