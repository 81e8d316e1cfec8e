import type { Channel } from "../../src/workers/channel.ts";

/** What the other side, a mirror, is asked to do. */
export type Order =
  | { readonly order: "echo"; readonly value: unknown }
  /** To say so many numbers, and then to end as told. */
  | { readonly order: "count"; readonly to: number; readonly afterwards: "stay" | "close" | "die" };

/** Follows orders at the other end; `die` ends it without a word. */
export function mirror(far: Channel<object, Order>, die: () => void): void {
  far.hear((order) => {
    void (async () => {
      switch (order.order) {
        case "echo":
          far.say({ value: order.value });
          return;
        case "count":
          for (let number = 0; number < order.to; number += 1) far.say({ value: number });
          if (order.afterwards === "stay") return;
          await far.flush();
          if (order.afterwards === "close") await far.close();
          else die();
          return;
      }
    })();
  });
}
