import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { listenForKeys } from "../../../src/cli/keys.ts";

function terminal({ isTTY = true, foreground = true } = {}) {
  const done: string[] = [];
  const events = new EventEmitter();
  let goOn = (): void => undefined;
  const place = { foreground };
  const input = {
    isTTY,
    setRawMode: (raw: boolean) => done.push(raw ? "raw" : "cooked"),
    on: (_: "data", listener: (chunk: Buffer) => void) => events.on("data", listener),
    off: (_: "data", listener: (chunk: Buffer) => void) => events.off("data", listener),
    resume: () => done.push("read"),
    pause: () => done.push("rest"),
  };
  const source = {
    input,
    isInForeground: () => place.foreground,
    send: (signal: NodeJS.Signals, to: string) => void done.push(`${signal} to ${to}`),
    onContinue(given: () => void) {
      goOn = given;
      return { [Symbol.dispose]: () => void done.push("forgotten") };
    },
  };
  return { source, done, place, type: (text: string) => events.emit("data", Buffer.from(text)), goOn: () => goOn() };
}

describe("single keys of a terminal", () => {
  it("are taken one by one, and the terminal is given back", () => {
    const keys: string[] = [];
    const { source, done, type } = terminal();
    const listening = listenForKeys(source, (key) => keys.push(key));
    expect(listening.listening).toBe(true);
    type("p +-=");
    type("\u001B[A");
    type("q");
    expect(keys).toEqual(["pause", "pause", "faster", "slower", "faster"]);
    listening[Symbol.dispose]();
    type("p");
    expect(keys).toHaveLength(5);
    expect(done).toEqual(["raw", "read", "forgotten", "cooked", "rest"]);
  });

  it("leave Ctrl-C, Ctrl-Z and Ctrl-\\ their meaning", () => {
    const { source, done, type, goOn } = terminal();
    using _keys = listenForKeys(source, () => undefined);
    type("\u0003");
    type("\u001A");
    goOn();
    type("\u001C");
    const [given, back] = [
      ["raw", "read"],
      ["cooked", "rest"],
    ];
    expect(done).toEqual([
      ...given,
      "SIGINT to self",
      ...back,
      "SIGTSTP to group",
      ...given,
      ...back,
      "SIGQUIT to group",
    ]);
  });

  it("are never taken in the background, where reading would stop the program", () => {
    const background = terminal({ foreground: false });
    expect(listenForKeys(background.source, () => undefined).listening).toBe(false);
    expect(background.done).toEqual([]);
    const { source, place, done, type, goOn } = terminal();
    using _keys = listenForKeys(source, () => undefined);
    type("\u001A");
    place.foreground = false;
    goOn();
    expect(done.at(-1)).toBe("SIGTSTP to group");
  });

  it("are not there where there is no terminal", () => {
    expect(listenForKeys(undefined, () => undefined).listening).toBe(false);
    expect(listenForKeys(terminal({ isTTY: false }).source, () => undefined).listening).toBe(false);
  });
});
