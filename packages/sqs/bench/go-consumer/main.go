// A consumer of SQS as one would write it in Go with the AWS SDK: 20 pollers, a goroutine a message, deletes in batches of ten. It handles
// `-messages` messages, or as many as come in `-seconds`, and prints one line of JSON: messages, requests, micros from the first to the last, cpuMicros.
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

func main() {
	endpoint := flag.String("endpoint", "", "URL of the queue's server")
	queue := flag.String("queue", "", "URL of the queue")
	messages := flag.Int64("messages", 10_000, "messages to handle")
	handlerMs := flag.Int("handler-ms", 0, "how long a handler waits")
	seconds := flag.Int("seconds", 3, "most time")
	flag.Parse()

	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 2 * pollers
	client := sqs.New(sqs.Options{
		Region:       "us-east-1",
		BaseEndpoint: endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:   &http.Client{Transport: transport},
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(*seconds)*time.Second)
	defer cancel()

	var handled, requests atomic.Int64
	var began, ended atomic.Int64
	done := make(chan types.DeleteMessageBatchRequestEntry, pollers*batch)
	started := time.Now()
	before := cpu()
	var deleting, polling, handling sync.WaitGroup
	for range pollers {
		deleting.Go(func() { deleteAll(client, *queue, done, &requests) })
		polling.Go(func() {
			for handled.Load() < *messages && ctx.Err() == nil {
				requests.Add(1)
				output, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
					QueueUrl: queue, MaxNumberOfMessages: batch, WaitTimeSeconds: 1,
				})
				if err != nil {
					if ctx.Err() == nil {
						log.Fatal(err)
					}
					return
				}
				for _, message := range output.Messages {
					handling.Go(func() {
						began.CompareAndSwap(0, int64(time.Since(started)))
						if *handlerMs > 0 {
							time.Sleep(time.Duration(*handlerMs) * time.Millisecond)
						}
						ended.Store(int64(time.Since(started)))
						if handled.Add(1) >= *messages {
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
	json.NewEncoder(os.Stdout).Encode(result{
		Messages:  handled.Load(),
		Requests:  requests.Load(),
		Micros:    (ended.Load() - began.Load()) / 1_000,
		CPUMicros: cpu() - before,
	})
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
