import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { ask, askText } from "../../../src/cli/question.ts";

function terminal({ isTTY }: { readonly isTTY: boolean }) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  return { stdin, stderr };
}

it.each<[string, boolean]>([
  ["y\n", true],
  ["Yes\n", true],
  ["\n", false],
  ["n\n", false],
  ["yesterday\n", false],
])("takes %j for %j", async (typed, agreed) => {
  const { stdin, stderr } = terminal({ isTTY: true });
  const answer = ask({ stdin, stderr }, "Go on? ");
  expect(String(stderr.read())).toBe("Go on? ");
  stdin.write(typed);
  expect(await answer).toBe(agreed);
});

it("takes the end of the input for a no", async () => {
  const { stdin, stderr } = terminal({ isTTY: true });
  const answer = ask({ stdin, stderr }, "Go on? ");
  stdin.end();
  expect(await answer).toBe(false);
});

it("asks nobody where there is no terminal", async () => {
  const { stdin, stderr } = terminal({ isTTY: false });
  expect(await ask({ stdin, stderr }, "Go on? ")).toBeUndefined();
  expect(await ask({ stdin: undefined, stderr }, "Go on? ")).toBeUndefined();
  expect(stderr.read()).toBeNull();
});

it("takes a line of text as it is, but for the spaces around it", async () => {
  const { stdin, stderr } = terminal({ isTTY: true });
  const answer = askText({ stdin, stderr }, "Where? ", false);
  stdin.write(" mqtt://tb:1883 \n");
  expect(await answer).toBe("mqtt://tb:1883");
});

it("shows nothing of a hidden line", async () => {
  const { stdin, stderr } = terminal({ isTTY: true });
  const answer = askText({ stdin, stderr }, "Secret: ", true);
  stdin.write("hush\n");
  expect(await answer).toBe("hush");
  expect(String(stderr.read())).toBe("Secret: \n");
});

it("has no text where there is no terminal, or where the input ends", async () => {
  const piped = terminal({ isTTY: false });
  expect(await askText(piped, "Secret: ", true)).toBeUndefined();
  const ended = terminal({ isTTY: true });
  const answer = askText(ended, "Where? ", false);
  ended.stdin.end();
  expect(await answer).toBeUndefined();
});
