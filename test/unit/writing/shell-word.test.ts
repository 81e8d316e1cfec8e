import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellWord } from "../../../src/writing/shell-word.ts";

it("leaves what a shell takes as it is", () => {
  for (const text of [
    "results/run-1",
    "/tmp/a.b",
    "nats://h:4222,nats://[::1]:4222".replaceAll(/[[\]]/g, ""),
    "a=b@c%d+e",
  ]) {
    expect(shellWord(text)).toBe(text);
  }
});

it("is read by a shell as what it was", () => {
  const texts = [
    "",
    "my runs/it's",
    "a b",
    "$HOME",
    "`id`",
    "a;b",
    "nats://[::1]:4222",
    '"',
    "\\",
    "*",
    "~",
    "a\nb",
    "!x",
  ];
  const read = execFileSync("sh", ["-c", `printf '%s\\0' ${texts.map(shellWord).join(" ")}`], { encoding: "utf8" });
  expect(read.split("\0").slice(0, -1)).toEqual(texts);
});
