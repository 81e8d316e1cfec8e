import { isUuid } from "./uuid.ts";

export type Deletable = "device" | "deviceProfile";

/**
 * That a thing's own record was read and judged to be ours. An administrator deletes nothing without one, and the one
 * module that makes them is operations/deletion-decision.ts: the architecture test looks for any other.
 */
export class DeletionProof<Kind extends Deletable = Deletable> {
  // A private member makes the type nominal: no other object fits.
  readonly #id: string;
  readonly kind: Kind;

  constructor(kind: Kind, id: string) {
    if (!isUuid(id)) throw new Error(`a proof of ${kind} ${id}, which is no UUID`);
    this.kind = kind;
    this.#id = id;
  }

  get id(): string {
    return this.#id;
  }
}
