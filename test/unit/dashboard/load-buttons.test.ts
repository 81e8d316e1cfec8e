import { describe, expect, it } from "vitest";
import { createLoadButtons, type LoadControl } from "../../../src/dashboard/load-buttons.ts";

function open() {
  const pressed: string[] = [];
  let now: LoadControl | string = {
    offers: () => ({ pause: "pause the load", faster: "set the load to 125 % of the plan" }),
    press(action) {
      pressed.push(action);
      return { done: true, text: `Did ${action}.` };
    },
  };
  const buttons = createLoadButtons(() => now);
  const post = (path: string) => {
    const { status = 200, body } = buttons.routes[path]?.() ?? { status: 404, body: "" };
    return `${status} ${String(body).trim()}`;
  };
  return { buttons, post, pressed, become: (control: string) => (now = control) };
}

describe("the buttons of an open load", () => {
  it("do what was asked for when it is confirmed, once", () => {
    const { buttons, post, pressed } = open();
    expect(post("/load/pause")).toBe("200 done");
    expect(buttons.shown().asked).toEqual({ action: "pause", text: "pause the load" });
    expect(pressed).toEqual([]);
    expect(post("/load/pause/confirm")).toBe("200 Did pause.");
    expect(pressed).toEqual(["pause"]);
    expect(buttons.shown()).toMatchObject({ asked: null, text: "Did pause." });
    expect(post("/load/pause/confirm")).toMatch(/^409 /);
    expect(pressed).toEqual(["pause"]);
  });

  it("confirm nothing that was not asked for, was asked for otherwise since, or was called off", () => {
    const { post, pressed } = open();
    expect(post("/load/faster/confirm")).toMatch(/^409 /);
    post("/load/pause");
    post("/load/faster");
    expect(post("/load/pause/confirm")).toMatch(/^409 /);
    expect(post("/load/cancel")).toBe("200 done");
    expect(post("/load/faster/confirm")).toMatch(/^409 /);
    expect(pressed).toEqual([]);
  });

  it("refuse what leads no further, what is none, and all of it where the load is not to be changed", () => {
    const { buttons, post, pressed, become } = open();
    expect(post("/load/slower")).toBe("409 The load goes no further in that direction.");
    expect(post("/load/constructor")).toMatch(/^404 /);
    post("/load/pause");
    become("Closed load has no rate.");
    expect(post("/load/pause/confirm")).toBe("409 Closed load has no rate.");
    expect(post("/load/faster")).toBe("409 Closed load has no rate.");
    expect(buttons.shown()).toEqual({ offers: [], asked: null, text: "Closed load has no rate." });
    expect(pressed).toEqual([]);
  });
});
