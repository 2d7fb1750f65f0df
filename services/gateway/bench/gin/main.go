// Gin, answering what the other servers of this benchmark answer. Prints its port; ends when its input does.
//
// With the argument "pipeline" it does what the gateway's pipeline does: request id, flat security headers, a bearer token that was
// verified before, and a histogram with labels.
package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
)

const path = "/v1/auth/user"

type account struct {
	ID           string `json:"id"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Email        string `json:"email"`
	MobileNumber string `json:"mobile_number"`
	Locale       string `json:"locale"`
	CreatedAt    string `json:"created_at"`
}

type signUp struct {
	FirstName string `json:"first_name" binding:"required,max=200"`
	LastName  string `json:"last_name" binding:"required,max=200"`
	Email     string `json:"email" binding:"required,email"`
	Password  string `json:"password" binding:"required,max=200"`
}

var answer = account{
	"018f4d7e-5b0c-7c3a-9d51-0e6f1a2b3c4d", "Ada", "Lovelace", "ada@example.com", "+4915112345678", "en",
	"2026-11-23T12:00:00.000Z",
}

var bounds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

type series struct {
	counts [12]uint64
	sum    float64
}

var (
	mutex    sync.Mutex
	measured = map[[3]string]*series{}
	tokens   sync.Map
)

func pipeline(c *gin.Context) {
	began := time.Now()
	var id [16]byte
	_, _ = rand.Read(id[:])
	header := c.Writer.Header()
	header.Set("X-Request-Id", hex.EncodeToString(id[:]))
	header.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	bearer := c.GetHeader("Authorization")
	if _, known := tokens.Load(bearer); !known {
		tokens.Store(bearer, time.Now())
	}
	c.Next()
	key := [3]string{c.Request.Method, c.FullPath(), "200"}
	seconds := time.Since(began).Seconds()
	mutex.Lock()
	defer mutex.Unlock()
	one := measured[key]
	if one == nil {
		one = &series{}
		measured[key] = one
	}
	one.sum += seconds
	bucket := 0
	for bucket < len(bounds) && seconds > bounds[bucket] {
		bucket++
	}
	one.counts[bucket]++
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	if len(os.Args) > 1 && os.Args[1] == "pipeline" {
		engine.Use(pipeline)
	}
	engine.GET(path, func(c *gin.Context) { c.JSON(http.StatusOK, answer) })
	engine.POST(path, func(c *gin.Context) {
		var body signUp
		if err := c.ShouldBindJSON(&body); err != nil {
			c.JSON(http.StatusUnprocessableEntity, gin.H{"detail": err.Error()})
			return
		}
		c.JSON(http.StatusOK, answer)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { _ = http.Serve(listener, engine) }()
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	// Each line of input asks for the processor time so far, in microseconds.
	line := make([]byte, 1)
	for {
		if _, err := io.ReadFull(os.Stdin, line); err != nil {
			return
		}
		var usage syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		fmt.Println(usage.Utime.Nano()/1000 + usage.Stime.Nano()/1000)
	}
}
