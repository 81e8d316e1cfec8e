import { spawn, spawnSync, type ChildProcess } from "node:child_process";

/** Hosts of their own in network namespaces of this machine, on one bridge: as root alone. */
export interface Hosts extends AsyncDisposable {
  readonly address: (host: string) => string;
  /** Arguments before a program's own, to run it there. */
  readonly on: (host: string) => readonly string[];
  /** Drops a share of the packets that come to this host; false: there is no nftables here. */
  lose(host: string, percent: number): boolean;
}

const run = (...args: readonly string[]): boolean => spawnSync(args[0] ?? "", args.slice(1)).status === 0;

/** Whether namespaces and virtual links can be made here. */
export function canMakeHosts(): boolean {
  const name = `rc-try-${process.pid}`;
  const made = run("ip", "netns", "add", name);
  if (made) run("ip", "netns", "del", name);
  const link = `rct${process.pid % 10_000}`;
  const linked = made && run("ip", "link", "add", link, "type", "veth", "peer", "name", `${link}p`);
  if (linked) run("ip", "link", "del", link);
  const bridged = linked && run("ip", "link", "add", link, "type", "bridge");
  if (bridged) run("ip", "link", "del", link);
  return bridged;
}

export function makeHosts(names: readonly string[]): Hosts {
  const tag = `rc${process.pid % 10_000}`;
  const bridge = `${tag}br`;
  const spaceOf = (name: string): string => `${tag}-${name}`;
  const address = (name: string): string => `10.231.77.${names.indexOf(name) + 11}`;
  run("ip", "link", "add", bridge, "type", "bridge");
  run("ip", "link", "set", bridge, "up");
  for (const [index, name] of names.entries()) {
    const [near, far] = [`${tag}n${index}`, `${tag}f${index}`];
    run("ip", "netns", "add", spaceOf(name));
    run("ip", "link", "add", near, "type", "veth", "peer", "name", far);
    run("ip", "link", "set", near, "master", bridge);
    run("ip", "link", "set", near, "up");
    run("ip", "link", "set", far, "netns", spaceOf(name));
    const inside = ["ip", "netns", "exec", spaceOf(name)];
    run(...inside, "ip", "address", "add", `${address(name)}/24`, "dev", far);
    run(...inside, "ip", "link", "set", far, "up");
    run(...inside, "ip", "link", "set", "lo", "up");
  }
  return {
    address,
    on: (name) => ["ip", "netns", "exec", spaceOf(name)],
    lose(name, percent) {
      const rules = `table inet loss { chain input { type filter hook input priority 0; numgen random mod 100 < ${percent} drop; }; }`;
      return run("ip", "netns", "exec", spaceOf(name), "nft", rules);
    },
    async [Symbol.asyncDispose]() {
      for (const name of names) run("ip", "netns", "del", spaceOf(name));
      run("ip", "link", "del", bridge);
    },
  };
}

/** A program on one of the hosts, and what it has shown so far. */
export function startOn(hosts: Hosts, host: string, program: readonly string[]): Started {
  const [command = "", ...args] = [...hosts.on(host), ...program];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let shown = "";
  const watchers = new Set<() => void>();
  const keep = (text: Buffer): void => {
    shown += text.toString();
    for (const watcher of watchers) watcher();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  return {
    child,
    output: () => shown,
    ended: new Promise((resolve) => child.once("close", (code) => resolve(code))),
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (shown.includes(text)) resolve();
        };
        watchers.add(look);
        child.once("close", () => reject(new Error(`"${text}" was never shown:\n${shown}`)));
        look();
      }),
  };
}

export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  readonly shows: (text: string) => Promise<void>;
}
