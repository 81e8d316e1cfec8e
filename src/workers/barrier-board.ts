/** Members that may pass a stage now. */
export interface Release {
  readonly stage: string;
  readonly members: readonly number[];
}

/**
 * Who waits where. A stage opens when every living member has arrived at it; a member that left (ended, or died) is
 * waited for no longer. A member may arrive at a second stage without having been let through the first: that is what
 * a drain does. Open stages stay open: who arrives late passes at once.
 */
export interface BarrierBoard {
  arrive(member: number, stage: string): readonly Release[];
  leave(member: number): readonly Release[];
}

export function createBarrierBoard(count: number): BarrierBoard {
  const living = new Set(Array.from({ length: count }, (_, index) => index));
  const waiting = new Map<string, Set<number>>();
  const open = new Set<string>();

  function releases(): readonly Release[] {
    const found: Release[] = [];
    for (const [stage, arrived] of waiting) {
      // A stage where only the dead have waited opens for nobody.
      const members = [...arrived].filter((member) => living.has(member));
      if (members.length === 0 || members.length < living.size) continue;
      waiting.delete(stage);
      open.add(stage);
      found.push({ stage, members });
    }
    return found;
  }

  return {
    arrive(member, stage) {
      if (open.has(stage)) return [{ stage, members: [member] }];
      const arrived = waiting.get(stage) ?? new Set<number>();
      arrived.add(member);
      waiting.set(stage, arrived);
      return releases();
    },
    leave(member) {
      living.delete(member);
      return releases();
    },
  };
}
