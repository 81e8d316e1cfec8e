import type { BackgroundLogin, BackgroundLoss, MessageTally } from "./background.ts";
import type { ClockReading } from "./clock-reading.ts";
import type { Credentials } from "./device.ts";
import type { HealthSample } from "./health.ts";
import type { Outcome, ReconnectEntry, RollCallEntry } from "./outcome.ts";
import type { HoldSummary, NegativeControl } from "./summary.ts";
import type { TempoChange } from "./tempo.ts";
import type { Seq, Us } from "./units.ts";

/** Everything a generator reports, in the order in which it happened. Credentials go to the roster, the rest to the journal. */
export type Entry =
  /** Written before the first of these devices starts: after a crash, those without an outcome may exist. */
  | { readonly kind: "claimed"; readonly through: Seq }
  | { readonly kind: "phase"; readonly phase: number; readonly startedAt: Us }
  /** A phase that ends by time did: of this generator's devices in it, none from `next` on was started, and none is part of the load. */
  | { readonly kind: "phase-end"; readonly phase: number; readonly next: Seq }
  | { readonly kind: "outcome"; readonly outcome: Outcome }
  /** What came of an attempt after which its device is to try again at `again`: not yet the device's outcome. */
  | { readonly kind: "attempt"; readonly outcome: Outcome; readonly again: Us }
  | {
      readonly kind: "issued";
      readonly seq: Seq;
      readonly name: string | undefined;
      readonly credentials: Credentials;
      /** Which of several places issued them; absent: there is one. */
      readonly place?: string;
    }
  | { readonly kind: "roll-call"; readonly entry: RollCallEntry }
  | { readonly kind: "reconnect"; readonly entry: ReconnectEntry }
  | {
      readonly kind: "negative-control";
      readonly result: NegativeControl;
      readonly detail: string;
      /** At which of several places, where it was made at each; absent: it was made once. */
      readonly place?: string;
    }
  | { readonly kind: "hold"; readonly hold: HoldSummary }
  | { readonly kind: "background-login"; readonly entry: BackgroundLogin }
  | { readonly kind: "background-loss"; readonly entry: BackgroundLoss }
  | { readonly kind: "messages"; readonly tally: MessageTally }
  | { readonly kind: "health"; readonly sample: HealthSample }
  /** On a worker: its clock against the coordinator's. */
  | { readonly kind: "clock"; readonly at: Us; readonly reading: ClockReading }
  /** Its user changed how fast open load passes. */
  | ({ readonly kind: "tempo" } & TempoChange);

/** A credential as issued: a line of the roster. */
export type Issued = Omit<Extract<Entry, { kind: "issued" }>, "kind">;
