/** The same with fields that may be set: what may be there is set where it is. Spread into a literal, each costs an object for every device. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };
