"""The views and their paths."""

from django.urls import include, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import permissions, routers, viewsets
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Author, Book
from .serializers import AuthorSerializer, BookSerializer, CoverSerializer, OrderSerializer


class AuthorViewSet(viewsets.ModelViewSet):
    """Authors."""

    queryset = Author.objects.all()
    serializer_class = AuthorSerializer


class BookViewSet(viewsets.ModelViewSet):
    """Books."""

    queryset = Book.objects.all()
    serializer_class = BookSerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("genre", many=True, explode=False),
            OpenApiParameter("since", OpenApiTypes.DATETIME),
        ],
        extensions={"x-pagination": {"kind": "url", "field": "next", "items": "results"}},
    )
    def list(self, request, *args, **kwargs):
        """Return a page of books, optionally filtered by a comma-separated list of genres."""
        if "genre" in request.query_params:
            self.queryset = self.queryset.filter(genre__in=request.query_params["genre"].split(","))
        return super().list(request, *args, **kwargs)

    @extend_schema(request=CoverSerializer, responses=CoverSerializer)
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def cover(self, request, pk=None):
        """Return name and size of a cover."""
        serializer = CoverSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        found = serializer.validated_data
        facts = {"name": found["cover"].name, "size": found["cover"].size, "count": len(found.get("pages", []))}
        return Response({"caption": f"{found['caption']} of {self.get_queryset().get(pk=pk)}", **facts})


class OrderView(APIView):
    """Orders."""

    @extend_schema(request=OrderSerializer, responses=OrderSerializer)
    def post(self, request):
        """Return an order with its total."""
        serializer = OrderSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        total = sum(line["count"] for line in serializer.validated_data["lines"])
        return Response({**serializer.data, "total": total})


class TokenView(ObtainAuthToken):
    """Tokens. The first login creates the user."""

    permission_classes = (permissions.AllowAny,)

    def post(self, request, *args, **kwargs):
        """Return the token of a user."""
        from django.contrib.auth.models import User

        if not User.objects.exists():
            User.objects.create_user("ann", password="fake-password")
        return super().post(request, *args, **kwargs)


router = routers.DefaultRouter()
router.register("authors", AuthorViewSet)
router.register("books", BookViewSet)
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(permission_classes=[permissions.AllowAny])),
    path("token/", TokenView.as_view()),
    path("orders/", OrderView.as_view()),
    path("", include(router.urls)),
]
