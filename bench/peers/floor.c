/*
 * The least that a client can do for it: one thread, epoll, a state machine for each of the devices in flight, packets
 * written into a buffer on the stack. Provisions every device over MQTT 3.1.1, then logs in with what it was issued.
 * No names but a number, no deadline, no record of anything: what the kernel asks for, and little more.
 *
 *     floor <port> <devices> <concurrency> <key> <secret>
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT = 64, PACKET = 1024, READ = 4096, EVENTS = 256 };

struct login {
  char client_id[TEXT], username[TEXT], password[TEXT];
};

enum stage { CONNECTING, CONNECTED, ASKED };

struct device {
  int socket, index;
  enum stage stage;
  size_t filled;
  uint8_t bytes[READ];
};

static struct sockaddr_in server;
static int epoll, devices, concurrency, next, running, logging_in;
static const char *key, *secret;
static struct login *logins;

static void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint8_t *put_text(uint8_t *at, const char *text) {
  size_t length = strlen(text);
  *at++ = (uint8_t)(length >> 8);
  *at++ = (uint8_t)length;
  memcpy(at, text, length);
  return at + length;
}

/* The fixed header in front of a body that stands at packet + 3, and where the packet begins. */
static uint8_t *put_header(uint8_t *packet, uint8_t first, size_t length) {
  if (length < 128) {
    packet[1] = first;
    packet[2] = (uint8_t)length;
    return packet + 1;
  }
  packet[0] = first;
  packet[1] = (uint8_t)(length & 127) | 128;
  packet[2] = (uint8_t)(length >> 7);
  return packet;
}

static void put(int socket, const uint8_t *from, const uint8_t *to) {
  if (write(socket, from, (size_t)(to - from)) != to - from) fail("write");
}

static void start(struct device *device);

static void end(struct device *device) {
  close(device->socket);
  running -= 1;
  if (next < devices) start(device);
}

static void start(struct device *device) {
  device->index = next++;
  device->stage = CONNECTING;
  device->filled = 0;
  running += 1;
  device->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (device->socket < 0) fail("socket");
  int on = 1;
  setsockopt(device->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(device->socket, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) fail("connect");
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = device};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, device->socket, &event) < 0) fail("epoll");
}

static void say_connect(struct device *device) {
  uint8_t packet[PACKET], *at = put_text(packet + 3, "MQTT");
  const struct login *who = &logins[device->index];
  char name[TEXT];
  snprintf(name, sizeof name, "floor-%d", device->index);
  *at++ = 4;
  *at++ = logging_in ? 0xc2 : 0x82;
  *at++ = 0;
  *at++ = 0;
  at = put_text(at, logging_in ? who->client_id : name);
  at = put_text(at, logging_in ? who->username : "provision");
  if (logging_in) at = put_text(at, who->password);
  put(device->socket, put_header(packet, 0x10, (size_t)(at - packet - 3)), at);
}

static void ask(struct device *device) {
  static const uint8_t subscribe[] = "\x82\x18\x00\x01\x00\x13/provision/response\x01";
  uint8_t packet[PACKET], body[PACKET], *at = put_text(body + 3, "/provision/request");
  int pid = getpid(), n = device->index;
  *at++ = 0;
  *at++ = 2;
  at += snprintf((char *)at, PACKET / 2,
                 "{\"deviceName\":\"floor-%d-%d\",\"provisionDeviceKey\":\"%s\",\"provisionDeviceSecret\":\"%s\","
                 "\"credentialsType\":\"MQTT_BASIC\",\"username\":\"f-%d-%d-u\",\"password\":\"f-%d-%d-p\","
                 "\"clientId\":\"f-%d-%d-c\"}",
                 pid, n, key, secret, pid, n, pid, n, pid, n);
  uint8_t *from = put_header(body, 0x32, (size_t)(at - body - 3));
  memcpy(packet, subscribe, sizeof subscribe - 1);
  memcpy(packet + sizeof subscribe - 1, from, (size_t)(at - from));
  put(device->socket, packet, packet + (sizeof subscribe - 1) + (at - from));
}

/* The value of a name in flat JSON without escapes, as issued for names of our own making. */
static void find(const char *json, const char *name, char into[TEXT]) {
  const char *at = strstr(json, name);
  if (at == NULL) fail(json);
  at += strlen(name);
  size_t length = strcspn(at, "\"");
  if (length >= TEXT) fail("a value that is too long");
  memcpy(into, at, length);
  into[length] = 0;
}

static void take_answer(struct device *device, uint8_t *packet, size_t length) {
  char json[READ];
  memcpy(json, packet, length);
  for (size_t at = 0; at < length; at += 1)
    if (json[at] == 0) json[at] = ' ';
  json[length] = 0;
  if (strstr(json, "SUCCESS") == NULL) fail(json);
  struct login *who = &logins[device->index];
  find(json, "\"clientId\":\"", who->client_id);
  find(json, "\"userName\":\"", who->username);
  find(json, "\"password\":\"", who->password);
}

/* One whole packet; true: the device is done. */
static int handle(struct device *device, uint8_t *packet, size_t header, size_t length) {
  static const uint8_t disconnect[] = {0xe0, 0};
  switch (packet[0] >> 4) {
  case 2:
    if (packet[3] != 0) fail("refused");
    if (logging_in) {
      put(device->socket, disconnect, disconnect + 2);
      return 1;
    }
    device->stage = ASKED;
    ask(device);
    return 0;
  case 3: {
    const uint8_t *id = packet + header + 2 + (packet[header] << 8 | packet[header + 1]);
    uint8_t last[] = {0x40, 2, id[0], id[1], 0xe0, 0};
    take_answer(device, packet, header + length);
    put(device->socket, last, last + sizeof last);
    return 1;
  }
  default:
    return 0;
  }
}

static void hear(struct device *device) {
  ssize_t got = read(device->socket, device->bytes + device->filled, READ - device->filled);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) fail("read");
  device->filled += (size_t)got;
  size_t from = 0;
  while (device->filled - from >= 2) {
    uint8_t *packet = device->bytes + from;
    size_t length = packet[1] & 127, header = 2;
    if (packet[1] & 128) {
      if (device->filled - from < 3) break;
      length |= (size_t)packet[2] << 7;
      header = 3;
    }
    if (device->filled - from < header + length) break;
    if (handle(device, packet, header, length)) return end(device);
    from += header + length;
  }
  memmove(device->bytes, device->bytes + from, device->filled - from);
  device->filled -= from;
}

static void run(struct device *in_flight) {
  struct epoll_event events[EVENTS];
  next = 0;
  for (int lane = 0; lane < concurrency && next < devices; lane += 1) start(&in_flight[lane]);
  while (running > 0) {
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    if (ready < 0) fail("epoll_wait");
    for (int n = 0; n < ready; n += 1) {
      struct device *device = events[n].data.ptr;
      if (device->stage == CONNECTING && events[n].events & EPOLLOUT) {
        device->stage = CONNECTED;
        say_connect(device);
      } else if (events[n].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) hear(device);
    }
  }
}

int main(int count, char **arguments) {
  if (count != 6) {
    fprintf(stderr, "usage: floor <port> <devices> <concurrency> <key> <secret>\n");
    return 2;
  }
  server.sin_family = AF_INET;
  server.sin_port = htons((uint16_t)atoi(arguments[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  devices = atoi(arguments[2]);
  concurrency = atoi(arguments[3]);
  key = arguments[4];
  secret = arguments[5];
  logins = calloc((size_t)devices, sizeof *logins);
  struct device *in_flight = calloc((size_t)concurrency, sizeof *in_flight);
  epoll = epoll_create1(0);
  run(in_flight);
  logging_in = 1;
  run(in_flight);
  return 0;
}
