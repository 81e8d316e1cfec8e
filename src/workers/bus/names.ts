/*
 * What rollcall has on a bus. Everything of one run carries its id and goes when the run is over; what all share is one
 * stream of places and one bucket of leases.
 *
 *   stream  ROLLCALL-PLACES        rollcall.places.<id>        a place in a run's crew, for the first worker that takes it
 *   bucket  rollcall-alive         run.<id>, worker.<id>       leases: who renews its key is alive
 *   stream  ROLLCALL-RUN-<id>      rollcall.run.<id>.said.>    the conversations of a run, in order, each message once
 *   plain   rollcall.run.<id>.passing.>                        what may be lost: a snapshot a second
 *   plain   rollcall.run.<id>.clock                            questions for the coordinator's clock
 *   bucket  rollcall-run-<id>      plan, <worker>/<number>     objects: the plan with its files, parcels of results
 *   plain   rollcall.call                                      who is there, and who keeps results of a run
 */

export const PLACES_STREAM = "ROLLCALL-PLACES";
export const PLACES_CONSUMER = "workers";
export const ALIVE_BUCKET = "rollcall-alive";
export const CALL_SUBJECT = "rollcall.call";

export const placeSubject = (run: string): string => `rollcall.places.${run}`;
export const runLease = (run: string): string => `run.${run}`;
export const workerLease = (worker: string): string => `worker.${worker}`;
export const runStream = (run: string): string => `ROLLCALL-RUN-${run}`;
export const runBucket = (run: string): string => `rollcall-run-${run}`;
export const clockSubject = (run: string): string => `rollcall.run.${run}.clock`;
export const saidSubject = (run: string, by: string): string => `rollcall.run.${run}.said.${by}`;
export const passingSubject = (run: string, by: string): string => `rollcall.run.${run}.passing.${by}`;

/** Part of a subject; whatever else comes over the bus as a name is refused. */
export const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;
