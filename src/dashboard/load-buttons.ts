import type { Answer } from "./serve.ts";
import { LOAD_ACTIONS, type LoadAction, type ShownLoad } from "./state.ts";

/** How the load of a run is changed while it goes on. */
export interface LoadControl {
  /** What each action would do now; one that would do nothing is left out. */
  readonly offers: () => Readonly<Partial<Record<LoadAction, string>>>;
  readonly press: (action: LoadAction) => { readonly done: boolean; readonly text: string };
}

export interface LoadButtons {
  shown(): ShownLoad;
  /** By path. What is asked for is done when the same is confirmed, and not before. */
  readonly routes: Readonly<Record<string, () => Answer>>;
  /** Another run begins. */
  reset(): void;
}

const DONE: Answer = { type: "text", body: "done\n" };

/** `control`: of now; a text: why there is none. */
export function createLoadButtons(control: () => LoadControl | string): LoadButtons {
  let asked: LoadAction | undefined;
  let last = "";

  function ask(action: LoadAction): Answer {
    const found = control();
    if (typeof found === "string") return refused(found);
    if (found.offers()[action] === undefined) return refused("The load goes no further in that direction.");
    asked = action;
    return DONE;
  }

  function confirm(action: LoadAction): Answer {
    const found = control();
    if (typeof found === "string") return refused(found);
    if (asked !== action) return refused("That was not asked for before, or something else was since.");
    asked = undefined;
    const { done, text } = found.press(action);
    last = text;
    return done ? { type: "text", body: `${text}\n` } : refused(text);
  }

  return {
    shown() {
      const found = control();
      if (typeof found === "string") return { offers: [], asked: null, text: found };
      const texts = found.offers();
      const offers = LOAD_ACTIONS.flatMap((action) => {
        const text = texts[action];
        return text === undefined ? [] : [{ action, text }];
      });
      return { offers, asked: offers.find(({ action }) => action === asked) ?? null, text: last };
    },
    routes: {
      ...Object.fromEntries(LOAD_ACTIONS.map((action) => [`/load/${action}`, () => ask(action)])),
      ...Object.fromEntries(LOAD_ACTIONS.map((action) => [`/load/${action}/confirm`, () => confirm(action)])),
      "/load/cancel": () => {
        asked = undefined;
        return DONE;
      },
    },
    reset() {
      [asked, last] = [undefined, ""];
    },
  };
}

const refused = (why: string): Answer => ({ status: 409, type: "text", body: `${why}\n` });
