import postern.ApiClient;
import postern.api.AccountApi;
import postern.api.SignInApi;
import postern.model.LoginRequest;

/** Signs in with the client that openapi-generator has made, and prints the address of who is signed in. */
class SignIn {
  public static void main(String[] args) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("URL"));
    LoginRequest request = new LoginRequest().email(System.getenv("EMAIL")).password(System.getenv("PASSWORD"));
    String token = new SignInApi(client).login(request, null).getSignedIn().getAccessToken();
    client.setRequestInterceptor(sent -> sent.header("Authorization", "Bearer " + token));
    System.out.println(new AccountApi(client).getUser(null).getEmail());
  }
}
