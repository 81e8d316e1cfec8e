import { describe, expect, it } from "vitest";
import { askBeforeMany, MANY_DEVICES, placeOfRest } from "../../../src/runs/run/ask-before-many.ts";

const AWAY = { host: "192.0.2.1", url: "mqtt://192.0.2.1:1883" };
const HERE = { host: "127.0.0.1", url: "mqtt://127.0.0.1:1883" };
const MANY = { devices: MANY_DEVICES + 1, places: [AWAY], simulated: false, yes: false };

/** What was asked, of somebody who answers so. */
async function asked(
  amount: Partial<typeof MANY>,
  answer: "yes" | "no" | "nobody" = "yes",
): Promise<readonly string[]> {
  const questions: string[] = [];
  const voice = {
    say: () => Promise.resolve(),
    warn: () => undefined,
    progress: () => () => undefined,
    openView: () => {
      throw new Error("nothing is to be seen");
    },
    isTerminal: false,
    display: () => ({ color: false, width: 80 }),
    askText: () => Promise.resolve(undefined),
    ask: (question: string) => {
      questions.push(question);
      return Promise.resolve(answer === "nobody" ? undefined : answer === "yes");
    },
  };
  await askBeforeMany({ voice }, { ...MANY, ...amount });
  return questions;
}

describe("before many devices are made", () => {
  it("asks, with number and place", async () => {
    expect(await asked({})).toEqual([
      "1,001 devices will be made at mqtt://192.0.2.1:1883, and stay until they are cleaned up. Go on? [y/N] ",
    ]);
  });

  it.each<[string, Partial<typeof MANY>]>([
    ["where they are not many", { devices: MANY_DEVICES }],
    ["where --yes has answered", { yes: true }],
    ["for a simulator of the run's own", { simulated: true }],
    ["for this machine", { places: [HERE] }],
    ["for a name that is this machine alone", { places: [{ host: "localhost", url: "mqtt://localhost:1883" }] }],
  ])("does not ask %s", async (_, amount) => {
    expect(await asked(amount)).toEqual([]);
  });

  it("asks where one of two targets is elsewhere, and names that one", async () => {
    const [question] = await asked({ places: [HERE, AWAY] });
    expect(question).toContain("made at mqtt://192.0.2.1:1883,");
  });

  it("ends at a no, and where nobody can be asked says what to do", async () => {
    await expect(asked({}, "no")).rejects.toMatchObject({ code: "not-agreed", exitCode: 2 });
    await expect(asked({}, "nobody")).rejects.toMatchObject({
      code: "many-devices",
      exitCode: 2,
      message:
        "1,001 devices would be made at mqtt://192.0.2.1:1883, which is neither simulated nor this machine. Nothing was sent.",
      hint: "Say --yes to make them. Without it, and without a terminal to ask at, 1,000 are the most.",
    });
  });

  it("knows the host of a REST address", () => {
    expect(placeOfRest("https://[::1]:8080/api").host).toBe("::1");
    expect(placeOfRest("http://tb:8080").host).toBe("tb");
  });
});
