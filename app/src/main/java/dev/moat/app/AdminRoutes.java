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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The admin API: status, keys and users as JSON under {@code /admin/v1}. */
final class AdminRoutes {
  private final AdminDoor door;
  private final Function<Principal, Administration> administration;

  /** Routes that act through {@code administration} in the name of who was let in. */
  AdminRoutes(AdminDoor door, Function<Principal, Administration> administration) {
    this.door = door;
    this.administration = administration;
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
        "DELETE /admin/v1/keys/{id}",
        Permission.MANAGE_KEYS,
        (on, call) -> on.revokeKey(call.request().parameter("id")));
    add(routes, "GET /admin/v1/users", Permission.MANAGE_USERS, (on, _) -> on.users());
    add(
        routes,
        "POST /admin/v1/users",
        Permission.MANAGE_USERS,
        (on, call) -> on.createUser(call.text("name"), call.text("role")));
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
        (request, body) -> answer(permission, act, new Call(request, body)));
  }

  private Response answer(Permission permission, Act act, Call call) {
    try {
      Principal principal = door.admit(call.request(), permission);
      return Response.json(200, act.run(administration.apply(principal), call));
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
