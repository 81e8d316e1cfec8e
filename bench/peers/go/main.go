// What somebody would write in an hour in Go: every device is provisioned over Eclipse Paho, then logs in with what it was
// issued. No schedule, no journal, no histogram. What rollcall costs is measured against this.
//
//	paho <port> <devices> <concurrency> <key> <secret>
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

const patience = 30 * time.Second

type request struct {
	DeviceName      string `json:"deviceName"`
	Key             string `json:"provisionDeviceKey"`
	Secret          string `json:"provisionDeviceSecret"`
	CredentialsType string `json:"credentialsType"`
	ClientID        string `json:"clientId"`
	Username        string `json:"username"`
	Password        string `json:"password"`
}

type login struct {
	ClientID string `json:"clientId"`
	Username string `json:"userName"`
	Password string `json:"password"`
}

type answer struct {
	Status string `json:"status"`
	Value  login  `json:"credentialsValue"`
}

func main() {
	if len(os.Args) != 6 {
		log.Fatal("usage: paho <port> <devices> <concurrency> <key> <secret>")
	}
	broker := "tcp://127.0.0.1:" + os.Args[1]
	devices, concurrency := number(os.Args[2]), number(os.Args[3])
	key, secret := os.Args[4], os.Args[5]
	logins := make([]login, devices)
	each(devices, concurrency, func(index int) {
		logins[index] = provision(broker, key, secret, index)
	})
	each(devices, concurrency, func(index int) {
		logIn(broker, logins[index])
	})
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// Calls work for 0 to count - 1, so many at a time.
func each(count, concurrency int, work func(index int)) {
	var next atomic.Int64
	var lanes sync.WaitGroup
	for range concurrency {
		lanes.Go(func() {
			for index := next.Add(1) - 1; index < int64(count); index = next.Add(1) - 1 {
				work(int(index))
			}
		})
	}
	lanes.Wait()
}

func options(broker string) *mqtt.ClientOptions {
	return mqtt.NewClientOptions().AddBroker(broker).
		SetProtocolVersion(4).SetAutoReconnect(false).SetConnectRetry(false).
		SetKeepAlive(0).SetConnectTimeout(patience).SetOrderMatters(false)
}

func provision(broker, key, secret string, index int) login {
	name := fmt.Sprintf("go-%d-%d", os.Getpid(), index)
	received := make(chan []byte, 1)
	client := mqtt.NewClient(options(broker).SetClientID(name).SetUsername("provision").
		SetDefaultPublishHandler(func(_ mqtt.Client, message mqtt.Message) {
			received <- message.Payload()
		}))
	connect(client)
	payload, err := json.Marshal(request{name, key, secret, "MQTT_BASIC", name + "-c", name + "-u", name + "-p"})
	if err != nil {
		log.Fatal(err)
	}
	client.Subscribe("/provision/response", 1, nil)
	client.Publish("/provision/request", 1, false, payload)
	select {
	case text := <-received:
		client.Disconnect(0)
		var got answer
		if err := json.Unmarshal(text, &got); err != nil || got.Status != "SUCCESS" {
			log.Fatalf("%s: %s", name, text)
		}
		return got.Value
	case <-time.After(patience):
		log.Fatalf("%s: no answer", name)
		return login{}
	}
}

func logIn(broker string, who login) {
	client := mqtt.NewClient(options(broker).
		SetClientID(who.ClientID).SetUsername(who.Username).SetPassword(who.Password))
	connect(client)
	client.Disconnect(0)
}

func connect(client mqtt.Client) {
	token := client.Connect()
	if !token.WaitTimeout(patience) || token.Error() != nil {
		log.Fatalf("connect: %v", token.Error())
	}
}
