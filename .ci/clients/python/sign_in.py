"""Signs in with the client that openapi-python-client has made, and prints the address of who is signed in."""

import os

from postern import AuthenticatedClient, Client
from postern.api.account import get_user
from postern.api.sign_in import login
from postern.models import LoginRequest, SignedIn, User

url = os.environ["URL"]
body = LoginRequest(email=os.environ["EMAIL"], password=os.environ["PASSWORD"])
signed_in = login.sync(client=Client(base_url=url), body=body)
assert isinstance(signed_in, SignedIn), signed_in
user = get_user.sync(client=AuthenticatedClient(base_url=url, token=signed_in.access_token))
assert isinstance(user, User), user
print(user.email)
