// amqp091-go: confirms, returns, a dead letter, a priority queue, a stream, and a consumer that is told of its queue's end.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const count = 500

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	connection, err := amqp.DialConfig("amqp://guest:guest@"+os.Args[1]+"/", amqp.Config{
		Properties: amqp.Table{"connection_name": "interop"},
	})
	check(err)
	channel, err := connection.Channel()
	check(err)
	found := map[string]any{
		"confirmed":   confirmed(channel),
		"returned":    returned(channel),
		"dead letter": deadLetter(channel),
		"priorities":  priorities(channel),
		"stream":      stream(channel),
		"cancelled":   cancelled(channel),
		"refused":     refused(connection),
	}
	check(connection.Close())
	text, err := json.Marshal(found)
	check(err)
	fmt.Println(string(text))
}

// All are confirmed, and come in order to a consumer that acknowledges many at once.
func confirmed(channel *amqp.Channel) string {
	check(channel.Confirm(false))
	queue, err := channel.QueueDeclare("", false, true, true, false, nil)
	check(err)
	check(channel.Qos(100, 0, false))
	deliveries, err := channel.Consume(queue.Name, "", false, false, false, false, nil)
	check(err)
	var pending []*amqp.DeferredConfirmation
	for number := range count {
		each, err := channel.PublishWithDeferredConfirm("", queue.Name, true, false, amqp.Publishing{
			Body: []byte(fmt.Sprint(number)), Headers: amqp.Table{"n": int64(number), "list": []any{"a", int32(1)}},
		})
		check(err)
		pending = append(pending, each)
	}
	told, wrong := 0, 0
	for _, each := range pending {
		if each.Wait() {
			told++
		}
	}
	for number := range count {
		each := <-deliveries
		if string(each.Body) != fmt.Sprint(number) || each.Headers["n"] != int64(number) {
			wrong++
		}
		if number%50 == 49 {
			check(each.Ack(true))
		}
	}
	return fmt.Sprintf("%d, %d wrong", told, wrong)
}

// What nobody wants comes back before its confirm.
func returned(channel *amqp.Channel) string {
	returns := channel.NotifyReturn(make(chan amqp.Return, 1))
	sent, err := channel.PublishWithDeferredConfirm("amq.direct", "nobody", true, false, amqp.Publishing{Body: []byte("x")})
	check(err)
	each := <-returns
	return fmt.Sprint(each.ReplyCode, " ", each.ReplyText, " ", sent.Wait())
}

func deadLetter(channel *amqp.Channel) string {
	_, err := channel.QueueDeclare("graves", false, true, false, false, nil)
	check(err)
	_, err = channel.QueueDeclare("short-lived", false, true, false, false, amqp.Table{
		"x-message-ttl": int32(1), "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graves",
	})
	check(err)
	deliveries, err := channel.Consume("graves", "g", true, false, false, false, nil)
	check(err)
	check(channel.PublishWithContext(context.Background(), "", "short-lived", false, false, amqp.Publishing{Body: []byte("x")}))
	each := <-deliveries
	death := each.Headers["x-death"].([]any)[0].(amqp.Table)
	_, isTime := death["time"].(time.Time)
	return fmt.Sprint(death["reason"], " in ", death["queue"], ", ", death["count"], ", ", isTime)
}

func priorities(channel *amqp.Channel) string {
	queue, err := channel.QueueDeclare("", false, true, true, false, amqp.Table{"x-max-priority": 9})
	check(err)
	for _, priority := range []uint8{1, 9, 5} {
		check(channel.PublishWithContext(context.Background(), "", queue.Name, false, false, amqp.Publishing{
			Priority: priority, Body: []byte(fmt.Sprint(priority)),
		}))
	}
	text := ""
	for range 3 {
		each, ok, err := channel.Get(queue.Name, true)
		check(err)
		text += fmt.Sprint(string(each.Body), ok, each.MessageCount, " ")
	}
	return text
}

func stream(channel *amqp.Channel) string {
	_, err := channel.QueueDeclare("log", true, false, false, false, amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeStream})
	check(err)
	for number := range 3 {
		sent, err := channel.PublishWithDeferredConfirm("", "log", false, false, amqp.Publishing{Body: []byte(fmt.Sprint(number))})
		check(err)
		sent.Wait()
	}
	deliveries, err := channel.Consume("log", "l", false, false, false, false, amqp.Table{"x-stream-offset": 1})
	check(err)
	text := ""
	for range 2 {
		each := <-deliveries
		text += fmt.Sprint(string(each.Body), " at ", each.Headers["x-stream-offset"], " ")
		check(each.Ack(false))
	}
	check(channel.Cancel("l", false))
	return text
}

func cancelled(channel *amqp.Channel) string {
	queue, err := channel.QueueDeclare("", false, false, false, false, nil)
	check(err)
	ends := channel.NotifyCancel(make(chan string, 1))
	_, err = channel.Consume(queue.Name, "doomed", true, false, false, false, nil)
	check(err)
	_, err = channel.QueueDelete(queue.Name, false, false, false)
	check(err)
	return <-ends
}

// An error closes its channel alone.
func refused(connection *amqp.Connection) string {
	channel, err := connection.Channel()
	check(err)
	_, err = channel.QueueDeclarePassive("nowhere", false, false, false, false, nil)
	other, open := connection.Channel()
	check(open)
	check(other.Close())
	return err.Error()
}
