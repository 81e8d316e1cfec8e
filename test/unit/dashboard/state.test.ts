import { describe, expect, it } from "vitest";
import { cardsOf } from "../../../src/dashboard/state.ts";
import { liveFigures } from "../../support/live-figures.ts";

describe("the cards of the live page", () => {
  it("tell of devices that try again, where there are any", () => {
    const names = (cards: ReturnType<typeof cardsOf>): readonly string[] => cards.map(([, name]) => name);
    const cards = cardsOf(liveFigures({ waiting: 12, retries: { ended: 1_530, recovered: 1_204 } }));
    expect(cards).toContainEqual(["1,530", "further attempts"]);
    expect(cards).toContainEqual(["1,204", "came back with one of them"]);
    expect(cards).toContainEqual(["12", "devices that wait to try again"]);
    expect(names(cardsOf(liveFigures())).join()).not.toContain("attempts");
  });
});
