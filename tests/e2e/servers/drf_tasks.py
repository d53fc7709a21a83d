"""The task API on Django REST framework, in one file: a model, a serializer, a view set.

Run with the path of a database file that does not exist yet. Prints the port it listens on.
"""

import sys
import uuid
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=["__main__.cors"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "DEFAULT_PERMISSION_CLASSES": [],
        "PAGE_SIZE": 3,
        "UNAUTHENTICATED_USER": None,
    },
    ROOT_URLCONF="__main__",
    USE_TZ=True,
)


def cors(get_response):
    """Lets pages of other origins call the API, which browsers forbid by default."""
    from django.http import HttpResponse

    def middleware(request):
        answer = HttpResponse() if request.method == "OPTIONS" else get_response(request)
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
        answer["Access-Control-Allow-Headers"] = "content-type"
        return answer

    return middleware


django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from rest_framework import routers, serializers, viewsets  # noqa: E402


class Task(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    summary = models.CharField(max_length=119)
    description = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "tasks"
        ordering = ["created"]


class TaskSerializer(serializers.ModelSerializer):
    class Meta:
        model = Task
        fields = ["id", "summary", "description", "created"]
        extra_kwargs = {"description": {"trim_whitespace": False}}


class TaskViewSet(viewsets.ModelViewSet):
    queryset = Task.objects.all()
    serializer_class = TaskSerializer

    def get_serializer(self, *args, **kwargs):
        serializer = super().get_serializer(*args, **kwargs)
        if self.action == "list":
            serializer.child.fields.pop("description")
        return serializer


router = routers.DefaultRouter()
router.register("tasks", TaskViewSet)
urlpatterns = router.urls


class Threaded(ThreadingMixIn, WSGIServer):
    """A thread for each connection: browsers open some that they leave idle."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Without a line for each request."""

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    with connection.schema_editor() as schema:
        schema.create_model(Task)
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Quiet)
    print(f"listening on port {server.server_port}", flush=True)
    server.serve_forever()
