import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { createStream } from "../../../src/dashboard/stream.ts";

/** A browser that takes what was written when it likes. */
class Browser extends EventEmitter {
  readonly written: string[] = [];
  writableEnded = false;
  #waiting: (() => void)[] = [];

  get writableLength(): number {
    return this.#waiting.length;
  }

  writeHead(): this {
    return this;
  }

  write(text: string, taken: () => void = () => undefined): void {
    this.written.push(text);
    this.#waiting.push(taken);
  }

  take(): void {
    const taken = this.#waiting;
    this.#waiting = [];
    for (const done of taken) done();
  }

  /** Without what tells a browser when to come back. */
  states(): readonly string[] {
    return this.written.filter((text) => text.startsWith("data"));
  }
}

it("makes up for the last state when a browser that was behind has room again, and keeps nothing for it meanwhile", () => {
  let newest = "first";
  const stream = createStream(() => newest);
  const browser = new Browser();
  stream.join(browser as unknown as ServerResponse);
  for (newest of ["second", "third", "ended"]) stream.send(newest);
  expect(browser.states()).toEqual(["data: first\n\n"]);
  browser.take();
  expect(browser.states()).toEqual(["data: first\n\n", "data: ended\n\n"]);
  browser.take();
  expect(browser.states()).toHaveLength(2);
});
