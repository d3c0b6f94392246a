"""The people of the tests.

Ada is administrator, Olaf operator, Vera viewer. Nemo may sign in and has no role. Everybody's password is PASSWORD.
"""

from django.contrib.auth.models import Group, User

from syncadmin.web.roles import Role

PASSWORD = "correct horse battery"


def person(name: str, role: Role | None) -> User:
    """A stored person with that role, able to sign in."""
    user = User.objects.create_user(name, f"{name}@example.com", PASSWORD)
    if role is not None:
        user.groups.add(Group.objects.get(name=role.value))
        user.is_staff = role is Role.ADMINISTRATOR
        user.save(update_fields=["is_staff"])
    return user
