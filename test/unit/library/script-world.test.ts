import { expect, it } from "vitest";
import { createScriptWorld } from "../../../src/library/script-world.ts";

const heard = (): { readonly said: string[]; readonly actions: Record<"drain" | "abort" | "leave", () => void> } => {
  const said: string[] = [];
  const say = (what: string) => (): void => void said.push(what);
  return { said, actions: { drain: say("drain"), abort: say("abort"), leave: say("leave") } };
};

it("drains a run that was asked to before it was there, and that one alone", () => {
  const world = createScriptWorld({});
  world.drain();
  const [first, second] = [heard(), heard()];
  world.listenForStops(first.actions)[Symbol.dispose]();
  world.listenForStops(second.actions)[Symbol.dispose]();
  expect([first.said, second.said]).toEqual([["drain"], []]);
});

it("drains a run under way once", () => {
  const world = createScriptWorld({});
  const run = heard();
  using _listening = world.listenForStops(run.actions);
  world.drain();
  expect(run.said).toEqual(["drain"]);
});
