// autopaho, Eclipse's client for MQTT 5.0: a listener, a talker who goes without a word, somebody who comes late, and one whose session
// outlives its connection. Run as: autopaho host port. Prints one JSON object: what each heard.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/eclipse/paho.golang/autopaho"
	"github.com/eclipse/paho.golang/paho"
)

const patience = 30 * time.Second

var server *url.URL

// client is one connection and what came to it.
type client struct {
	*autopaho.ConnectionManager
	heard   chan string
	present bool
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func connect(ctx context.Context, id string, change func(*autopaho.ClientConfig)) *client {
	found := &client{heard: make(chan string, 100)}
	config := autopaho.ClientConfig{
		ServerUrls:                    []*url.URL{server},
		KeepAlive:                     60,
		CleanStartOnInitialConnection: true,
		OnConnectionUp: func(_ *autopaho.ConnectionManager, connack *paho.Connack) {
			found.present = connack.SessionPresent
		},
		OnConnectionDown: func() bool { return false },
		ClientConfig: paho.ClientConfig{
			ClientID: id,
			OnPublishReceived: []func(paho.PublishReceived) (bool, error){
				func(received paho.PublishReceived) (bool, error) {
					found.heard <- line(received.Packet)
					return true, nil
				},
			},
		},
	}
	if change != nil {
		change(&config)
	}
	found.ConnectionManager = must(autopaho.NewConnection(ctx, config))
	if err := found.AwaitConnection(ctx); err != nil {
		log.Fatal(err)
	}
	return found
}

func (c *client) subscribe(ctx context.Context, filter string, qos byte) {
	options := []paho.SubscribeOptions{{Topic: filter, QoS: qos}}
	must(c.Subscribe(ctx, &paho.Subscribe{Subscriptions: options}))
}

func (c *client) hears(ctx context.Context, count int) []string {
	found := []string{}
	for len(found) < count {
		select {
		case line := <-c.heard:
			found = append(found, line)
		case <-ctx.Done():
			log.Fatalf("only %q came", found)
		}
	}
	return found
}

func line(packet *paho.Publish) string {
	words := []string{packet.Topic, fmt.Sprint(packet.QoS)}
	if packet.Retain {
		words = append(words, "kept")
	}
	words = append(words, string(packet.Payload))
	for _, property := range packet.Properties.User {
		words = append(words, property.Key+"="+property.Value)
	}
	for _, text := range []string{packet.Properties.ContentType, packet.Properties.ResponseTopic} {
		if text != "" {
			words = append(words, text)
		}
	}
	if data := packet.Properties.CorrelationData; data != nil {
		words = append(words, string(data))
	}
	return strings.Join(words, " ")
}

func main() {
	server = must(url.Parse("mqtt://" + os.Args[1] + ":" + os.Args[2]))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()

	listener := connect(ctx, "listener", nil)
	listener.subscribe(ctx, "go/#", 2)
	talker := connect(ctx, "talker", func(config *autopaho.ClientConfig) {
		config.WillMessage = &paho.WillMessage{Topic: "go/will", Payload: []byte("gone"), QoS: 1}
	})
	user := paho.UserProperties{{Key: "b", Value: "1"}, {Key: "a", Value: "2"}, {Key: "b", Value: "3"}}
	for number := range 3 {
		message := &paho.Publish{
			Topic: fmt.Sprintf("go/%d", number), QoS: byte(number), Payload: fmt.Appendf(nil, "say %d", number),
		}
		if number == 1 {
			message.Retain = true
			message.Properties = &paho.PublishProperties{
				ContentType: "text/plain", ResponseTopic: "answers", CorrelationData: []byte("c-1"), User: user,
			}
		}
		must(talker.Publish(ctx, message))
	}
	talker.TerminateConnectionForTest()
	result := map[string]any{"heard": listener.hears(ctx, 4)}

	late := connect(ctx, "late", nil)
	late.subscribe(ctx, "go/+", 1)
	result["late"] = late.hears(ctx, 1)

	lasting := func(config *autopaho.ClientConfig) {
		config.CleanStartOnInitialConnection = false
		config.SessionExpiryInterval = 60
	}
	away := connect(ctx, "away", lasting)
	away.subscribe(ctx, "mail", 1)
	if err := away.Disconnect(ctx); err != nil {
		log.Fatal(err)
	}
	must(late.Publish(ctx, &paho.Publish{Topic: "mail", QoS: 1, Payload: []byte("waited")}))
	back := connect(ctx, "away", lasting)
	result["present"] = back.present
	result["waited"] = back.hears(ctx, 1)
	fmt.Println(string(must(json.Marshal(result))))
}
