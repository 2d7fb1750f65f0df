// Signs in with the client that oapi-codegen has made, and prints the address of who is signed in.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	openapi_types "github.com/oapi-codegen/runtime/types"
	"postern.test/client/postern"
)

func main() {
	ctx := context.Background()
	client, err := postern.NewClientWithResponses(os.Getenv("URL"))
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.LoginWithResponse(ctx, nil, postern.LoginRequest{
		Email:    openapi_types.Email(os.Getenv("EMAIL")),
		Password: os.Getenv("PASSWORD"),
	})
	if err != nil || answer.JSON200 == nil {
		log.Fatalf("the sign-in was answered with %v %v", answer, err)
	}
	result, err := answer.JSON200.ValueByDiscriminator()
	if err != nil {
		log.Fatal(err)
	}
	signedIn, ok := result.(postern.SignedIn)
	if !ok {
		log.Fatalf("the sign-in gave a %T", result)
	}
	user, err := client.GetUserWithResponse(ctx, nil, func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+signedIn.AccessToken)
		return nil
	})
	if err != nil || user.JSON200 == nil {
		log.Fatalf("the account was answered with %v %v", user, err)
	}
	fmt.Println(user.JSON200.Email)
}
