// A consumer of SQS as one would write it in Go with the AWS SDK: 20 pollers, a goroutine a message, at most `-in-flight` of them at a time,
// deletes in batches of ten. It empties one of `-queues` after the other: `-messages` messages of each, or as many as come in `-seconds`. It prints
// JSON, an object for each: messages, requests, micros from the first to the last, cpuMicros.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	pollers      = 20
	batch        = 10
	longestBatch = 5 * time.Millisecond
)

type result struct {
	Messages  int64 `json:"messages"`
	Requests  int64 `json:"requests"`
	Micros    int64 `json:"micros"`
	CPUMicros int64 `json:"cpuMicros"`
}

type plan struct {
	messages int64
	handler  time.Duration
	limit    time.Duration
	inFlight int
}

func main() {
	endpoint := flag.String("endpoint", "", "URL of the queues' server")
	queues := flag.String("queues", "", "URLs of the queues, with commas between them")
	messages := flag.Int64("messages", 10_000, "messages to handle of each queue")
	handlerMs := flag.Int("handler-ms", 0, "how long a handler waits")
	seconds := flag.Int("seconds", 3, "most time for a queue")
	inFlight := flag.Int("in-flight", 200, "most messages that handlers have at a time")
	flag.Parse()

	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 2 * pollers
	client := sqs.New(sqs.Options{
		Region:       "us-east-1",
		BaseEndpoint: endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:   &http.Client{Transport: transport},
	})
	plan := plan{
		messages: *messages,
		handler:  time.Duration(*handlerMs) * time.Millisecond,
		limit:    time.Duration(*seconds) * time.Second,
		inFlight: *inFlight,
	}
	results := []result{}
	for _, queue := range strings.Split(*queues, ",") {
		results = append(results, drain(client, queue, plan))
	}
	json.NewEncoder(os.Stdout).Encode(results)
}

func drain(client *sqs.Client, queue string, plan plan) result {
	ctx, cancel := context.WithTimeout(context.Background(), plan.limit)
	defer cancel()
	var handled, requests atomic.Int64
	var began, ended atomic.Int64
	done := make(chan types.DeleteMessageBatchRequestEntry, pollers*batch)
	slots := make(chan struct{}, plan.inFlight)
	started := time.Now()
	before := cpu()
	var deleting, polling, handling sync.WaitGroup
	for range pollers {
		deleting.Go(func() { deleteAll(client, queue, done, &requests) })
		polling.Go(func() {
			for handled.Load() < plan.messages && ctx.Err() == nil {
				requests.Add(1)
				output, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
					QueueUrl: &queue, MaxNumberOfMessages: batch, WaitTimeSeconds: 1,
				})
				if err != nil {
					if ctx.Err() == nil {
						log.Fatal(err)
					}
					return
				}
				for _, message := range output.Messages {
					slots <- struct{}{}
					handling.Go(func() {
						began.CompareAndSwap(0, int64(time.Since(started)))
						if plan.handler > 0 {
							time.Sleep(plan.handler)
						}
						ended.Store(int64(time.Since(started)))
						<-slots
						if handled.Add(1) >= plan.messages {
							cancel()
						}
						done <- types.DeleteMessageBatchRequestEntry{ReceiptHandle: message.ReceiptHandle}
					})
				}
			}
		})
	}
	polling.Wait()
	handling.Wait()
	close(done)
	deleting.Wait()
	return result{
		Messages:  handled.Load(),
		Requests:  requests.Load(),
		Micros:    (ended.Load() - began.Load()) / 1_000,
		CPUMicros: cpu() - before,
	}
}

// deleteAll deletes ten at a time, or fewer when no further one comes soon.
func deleteAll(client *sqs.Client, queue string, done <-chan types.DeleteMessageBatchRequestEntry, requests *atomic.Int64) {
	for first := range done {
		entries := []types.DeleteMessageBatchRequestEntry{first}
		limit := time.After(longestBatch)
	more:
		for len(entries) < batch {
			select {
			case entry, open := <-done:
				if !open {
					break more
				}
				entries = append(entries, entry)
			case <-limit:
				break more
			}
		}
		for n := range entries {
			entries[n].Id = aws.String(strconv.Itoa(n))
		}
		requests.Add(1)
		output, err := client.DeleteMessageBatch(context.Background(), &sqs.DeleteMessageBatchInput{QueueUrl: &queue, Entries: entries})
		if err != nil {
			log.Fatal(err)
		}
		if len(output.Failed) > 0 {
			log.Fatal(fmt.Sprintf("not deleted: %+v", output.Failed))
		}
	}
}

// cpu is the processor time of this process so far, in microseconds.
func cpu() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return (usage.Utime.Nano() + usage.Stime.Nano()) / 1_000
}
