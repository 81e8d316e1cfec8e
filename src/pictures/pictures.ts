import { quantileOf } from "../model/figures.ts";
import type { Summary } from "../model/summary.ts";
import { backgroundPicture } from "./background.ts";
import { failuresPicture, inFlightPicture, rollCallPicture } from "./counts.ts";
import { healthPictures } from "./health.ts";
import { heatMapPicture } from "./heat-map.ts";
import { percentilePictures } from "./percentile-curve.ts";
import { courseOf } from "./moments.ts";
import type { Picture, PictureSubject } from "./picture.ts";
import { placePictures } from "./places.ts";
import { ratePicture } from "./rate.ts";
import { roundTripPicture } from "./round-trip.ts";
import { serverPictures } from "./server-itself.ts";
import { stagesPicture } from "./stages.ts";

/** All that there is to see of a run, in the order in which it is asked about; what did not happen has no picture. */
export function picturesOf(subject: PictureSubject): readonly Picture[] {
  return [
    ratePicture(subject),
    roundTripPicture(subject),
    heatMapPicture(subject),
    ...percentilePictures(subject),
    inFlightPicture(subject),
    failuresPicture(subject),
    ...placePictures(subject),
    stagesPicture(subject),
    rollCallPicture(subject),
    backgroundPicture(subject),
    ...serverPictures(subject),
    ...healthPictures(subject),
  ].filter((picture) => picture !== undefined);
}

/** Undefined: a summary without a timeline, as 0.1.0 wrote them; made again from the run's folder it has one. */
export function subjectOf({
  timeline,
  marks = [],
  tempo = [],
  percentiles,
  calibration,
  validity,
  machines,
  watch,
  background,
  phases,
}: Summary): PictureSubject | undefined {
  if (timeline === undefined) return undefined;
  const own = calibration?.differences.length === 0 ? calibration.floor.roundTrip : undefined;
  const course = courseOf(timeline, { marks, tempo });
  const subject = { timeline: course, percentiles: percentiles ?? [], floor: own, grade: validity.grade, machines };
  const medians = phases.map(({ figures }) => quantileOf(figures.latencies.roundTrip.success, 0.5)?.value ?? null);
  return {
    ...subject,
    medians,
    ...(watch === undefined ? {} : { watched: watch.course }),
    ...(background === undefined ? {} : { background }),
  };
}
