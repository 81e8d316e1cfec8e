import type { MqttClientName } from "../../model/plan.ts";
import type { OpenSession } from "./session.ts";

/** What speaks MQTT for the devices. Loaded when it is asked for: the package brings more code than all of the generator. */
export async function loadClient(client: MqttClientName): Promise<OpenSession> {
  switch (client) {
    case "lean":
      return (await import("./lean/lean-session.ts")).openLeanSession;
    case "mqtt":
      return (await import("./mqtt-js-session.ts")).openMqttJsSession;
  }
}
