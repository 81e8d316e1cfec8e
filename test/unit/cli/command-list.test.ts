import { describe, expect, it } from "vitest";
import yargs from "yargs";
import { ownIo } from "../../../src/cli/streams.ts";
import { createWorld } from "../../../src/cli/world.ts";
import { addCommands, COMMANDS } from "../../../src/cli/command-list.ts";

const world = createWorld(ownIo());
const none = (): void => undefined;

/** The help of the whole program, with these commands loaded. */
async function helpWith(names: readonly string[]): Promise<string> {
  const program = yargs([]).scriptName("rollcall").wrap(null);
  await addCommands(program, names, world, none);
  return program.getHelp();
}

describe("the list of commands", () => {
  // Loads the whole program.
  it("says of each command what that says of itself, in the same order", { timeout: 60_000 }, async () => {
    const listed = await helpWith([]);
    for (const name of Object.keys(COMMANDS)) expect(listed).toContain(`rollcall ${name}`);
    expect(await helpWith(Object.keys(COMMANDS))).toBe(listed);
  });
});
