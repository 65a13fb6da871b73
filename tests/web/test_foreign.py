"""What a page of another site makes a browser do: nothing."""


async def test_a_foreign_form_leaves_the_login_alone(visitor):
    """It comes without our cookies, as browsers send it, and the answer gives none: the login goes on."""
    await visitor.login()
    before, visitor.cookies = visitor.cookies, {}
    form = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site"}
    answered = await visitor.send("POST", "./", b"x=1", **form)
    assert (303, (("Location", "./refused"),)) == (answered.status, answered.headers)
    page = await visitor.get("./refused")
    assert (403, {}) == (page.status, visitor.cookies)
    visitor.cookies = before
    assert (await visitor.get()).forms["enroll"]
