package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.trust.Permission;
import dev.moat.trust.Principal;
import dev.moat.wire.ErrorForm;
import dev.moat.wire.Request;
import dev.moat.wire.RequestBody;
import dev.moat.wire.Response;
import dev.moat.wire.Routes;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The admin API: status, keys, pseudonyms, limits and users as JSON under {@code /admin/v1}, and
 * the measurements at {@code /metrics}, where Prometheus looks for them; it logs in by HTTP Basic
 * like everyone.
 */
final class AdminRoutes {
  private final AdminDoor door;
  private final Function<Principal, Administration> administration;
  private final Function<Principal, JsonNode> reload;
  private final Supplier<Response> metrics;

  /** Routes that act through {@code administration} in the name of who was let in. */
  AdminRoutes(
      AdminDoor door,
      Function<Principal, Administration> administration,
      Function<Principal, JsonNode> reload,
      Supplier<Response> metrics) {
    this.door = door;
    this.administration = administration;
    this.reload = reload;
    this.metrics = metrics;
  }

  /** Adds the routes. */
  void mount(Routes routes) {
    add(routes, "GET /admin/v1/status", Permission.READ_STATUS, (on, _) -> on.status());
    add(routes, "GET /admin/v1/keys", Permission.MANAGE_KEYS, (on, _) -> on.keys());
    add(
        routes,
        "POST /admin/v1/keys",
        Permission.MANAGE_KEYS,
        (on, call) -> on.createKey(KeyOrder.parse(call.json())));
    add(
        routes,
        "POST /admin/v1/keys/{id}/rotate",
        Permission.MANAGE_KEYS,
        (on, call) -> on.rotateKey(call.request().parameter("id"), KeyOrder.overlap(call.json())));
    add(
        routes,
        "DELETE /admin/v1/keys/{id}",
        Permission.MANAGE_KEYS,
        (on, call) -> on.revokeKey(call.request().parameter("id")));
    add(
        routes,
        "POST /admin/v1/pseudonyms/erase",
        Permission.MANAGE_KEYS,
        (on, call) -> on.erasePseudonyms(Erasure.parse(call.json())));
    add(routes, "GET /admin/v1/limits", Permission.READ_STATUS, (on, _) -> on.limits());
    add(routes, "GET /admin/v1/users", Permission.MANAGE_USERS, (on, _) -> on.users());
    add(
        routes,
        "POST /admin/v1/users",
        Permission.MANAGE_USERS,
        (on, call) -> on.createUser(call.text("name"), call.text("role")));
    routes.addBlocking(
        "POST",
        "/admin/v1/reload",
        (request, _) ->
            admitted(
                request,
                Permission.PROMOTE,
                principal -> Response.json(200, reload.apply(principal))));
    routes.addBlocking(
        "GET",
        "/metrics",
        (request, _) -> admitted(request, Permission.READ_STATUS, _ -> metrics.get()));
  }

  private interface Act {
    JsonNode run(Administration on, Call call);
  }

  private record Call(Request request, RequestBody body) {
    JsonNode json() {
      return Json.parse(body.read(), "request body");
    }

    String text(String field) {
      return json().path(field).asString("");
    }
  }

  private void add(Routes routes, String route, Permission permission, Act act) {
    int space = route.indexOf(' ');
    routes.addBlocking(
        route.substring(0, space),
        route.substring(space + 1),
        (request, body) ->
            admitted(
                request,
                permission,
                principal ->
                    Response.json(
                        200, act.run(administration.apply(principal), new Call(request, body)))));
  }

  private Response admitted(
      Request request, Permission permission, Function<Principal, Response> answer) {
    try {
      return answer.apply(door.admit(request, permission));
    } catch (Failure failure) {
      return refusal(failure.problem());
    }
  }

  private static Response refusal(Problem problem) {
    ObjectNode error = Json.object();
    error.putObject("error").put("message", problem.message());
    return problem instanceof Problem.Denied denied && denied.rule().equals(AdminDoor.LOGIN)
        ? Response.json(401, error)
            .with("WWW-Authenticate", "Basic realm=\"moat\", charset=\"UTF-8\"")
        : Response.json(ErrorForm.status(problem), error);
  }
}
