/** A number of servers and a first-come-first-served queue before them. */
export interface Station {
  /** Calls `start` when a server is free; `release` frees it again and must be called once. */
  enter(start: (release: () => void) => void): void;
}

export function createStation(servers: number): Station {
  const queue: ((release: () => void) => void)[] = [];
  /** Index of the first waiting: shifting a long array at every turn is slow. */
  let head = 0;
  let busy = 0;

  const next = (): void => {
    const start = queue[head];
    if (start === undefined) {
      busy -= 1;
      return;
    }
    head += 1;
    if (head > 1_024 && head * 2 > queue.length) {
      queue.splice(0, head);
      head = 0;
    }
    start(next);
  };

  return {
    enter: (start) => {
      if (busy < servers) {
        busy += 1;
        start(next);
      } else queue.push(start);
    },
  };
}
