import { EXIT, RollcallError } from "../../model/error.ts";

/** As --watch-server is typed, once or several times. */
export interface TypedWatch {
  readonly watchServer?: string | readonly string[] | undefined;
  readonly systemUser?: string | undefined;
}

const PROMETHEUS = "prometheus=";

/** What it says in the scenario's own words; "" is --watch-server alone. Throws RollcallError "usage". */
export function watchOverrides({ watchServer }: TypedWatch): readonly string[] {
  const asked = watchServer === undefined ? [] : typeof watchServer === "string" ? [watchServer] : watchServer;
  const urls: string[] = [];
  let systemInfo = false;
  for (const each of asked) {
    if (each === "" || each === "systemInfo") systemInfo = true;
    else if (each.startsWith(PROMETHEUS)) urls.push(urlOf(each.slice(PROMETHEUS.length)));
    else {
      throw usage(
        `--watch-server ${each}: that is nothing that can be watched.`,
        "Write systemInfo, or prometheus=http://node1:8080/actuator/prometheus; the scenario stands before the options.",
      );
    }
  }
  return [
    ...(systemInfo ? ["watch.systemInfo=true"] : []),
    ...(urls.length === 0 ? [] : [`watch.prometheus=${JSON.stringify(urls)}`]),
  ];
}

/** What was typed is not repeated: it may have a password in it. */
function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw usage(
      "--watch-server prometheus=: that is no http or https address.",
      "Give that of an endpoint: prometheus=http://node1:8080/actuator/prometheus.",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw usage(
      "--watch-server prometheus=: the address has a password in it.",
      "Put it into the scenario: watch.username and watch.password, or watch.bearer, as ${NAME} or { file: path }.",
    );
  }
  return text;
}

const usage = (message: string, hint: string): RollcallError => new RollcallError("usage", message, hint, EXIT.usage);
