import type { TempoKey } from "../runs/under-way/tempo-control.ts";

/** A terminal that keys come from; a test gives another. */
export interface KeySource {
  readonly input: KeyInput;
  /** Only the group in the foreground may read a terminal. */
  isInForeground(): boolean;
  /** To this process, or to its whole group as a terminal does. */
  send(signal: NodeJS.Signals, to: "self" | "group"): void;
  /** Calls back when the program goes on after it was suspended, until disposed of. */
  onContinue(goOn: () => void): Disposable;
}

export interface KeyInput {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
  off(event: "data", listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface Keys extends Disposable {
  /** There is a terminal, and it is ours. */
  readonly listening: boolean;
}

const KEYS: Readonly<Record<string, TempoKey>> = {
  p: "pause",
  " ": "pause",
  "+": "faster",
  "=": "faster",
  "-": "slower",
};

/**
 * Single keys, until disposed of. A terminal that gives them one by one no longer makes signals of Ctrl-C, Ctrl-Z and Ctrl-\: that
 * is done here, so that they mean what they always mean.
 */
export function listenForKeys(source: KeySource | undefined, onKey: (key: TempoKey) => void): Keys {
  if (source?.input.isTTY !== true || source.input.setRawMode === undefined || !source.isInForeground()) {
    return { listening: false, [Symbol.dispose]: () => undefined };
  }
  const { input } = source;
  let open = false;

  const hear = (chunk: Buffer): void => {
    const text = chunk.toString("latin1");
    // A key that sends several characters (an arrow, say) is none of ours.
    if (text.startsWith("\u001B")) return;
    for (const character of text) take(character);
  };

  const take = (character: string): void => {
    switch (character) {
      case "\u0003":
        source.send("SIGINT", "self");
        return;
      case "\u001A":
        leave();
        source.send("SIGTSTP", "group");
        return;
      case "\u001C":
        leave();
        source.send("SIGQUIT", "group");
        return;
    }
    const key = KEYS[character];
    if (key !== undefined) onKey(key);
  };

  const enter = (): void => {
    if (open || !source.isInForeground()) return;
    open = true;
    input.setRawMode?.(true);
    input.on("data", hear);
    input.resume();
  };

  const leave = (): void => {
    if (!open) return;
    open = false;
    input.off("data", hear);
    if (source.isInForeground()) input.setRawMode?.(false);
    input.pause();
  };

  const continuing = source.onContinue(enter);
  enter();
  return {
    listening: true,
    [Symbol.dispose]() {
      continuing[Symbol.dispose]();
      leave();
    },
  };
}
