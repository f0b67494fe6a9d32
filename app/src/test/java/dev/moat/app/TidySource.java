package dev.moat.app;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** One source file, measured against the budgets by the compiler's own parser. */
final class TidySource {
  private static final int FILE_LINES_MAX = 500;
  private static final int METHOD_LINES_MAX = 60;
  private static final int PARAMETERS_MAX = 5;
  private static final int LINE_MAX = 100;
  private static final Pattern VAGUE = Pattern.compile(".*(Manager|Helper|Utils?|Impl)");
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "(?m)^public (abstract |final |sealed |non-sealed )*(class|interface|record|enum) ");
  private static final Map<String, Pattern> BANNED =
      Map.of(
          "todo-without-issue", Pattern.compile("\\b(TODO|FIXME)\\b(?!\\(#\\d+\\))"),
          "mock", Pattern.compile("import org\\.mockito|import org\\.easymock"),
          "thread-local", Pattern.compile("\\bThreadLocal\\b"),
          "skipped-test", Pattern.compile("@Disabled|\\bassum(e|ing)(True|That|False)\\("));
  private static final Pattern PRINT = Pattern.compile("System\\.(out|err)\\b");
  private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep\\(");

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** Shared, since opening the JDK's own classes anew costs more than to parse a file. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(_ -> {}, Locale.ROOT, StandardCharsets.UTF_8);

  private final String name;
  private final String text;
  private final boolean test;

  TidySource(String name, String text, boolean test) {
    this.name = name;
    this.text = text;
    this.test = test;
  }

  static boolean isPublicType(String text) {
    return PUBLIC_TYPE.matcher(text).find();
  }

  void breaches(Map<String, Integer> out) {
    List<String> lines = text.lines().toList();
    over(out, "file-lines " + name, lines.size(), FILE_LINES_MAX);
    long wide =
        lines.stream()
            .filter(line -> line.length() > LINE_MAX && !line.startsWith("import "))
            .count();
    over(out, "wide-lines " + name, (int) wide, 0);
    if (!name.endsWith("TidySource.java")) {
      BANNED.forEach((rule, pattern) -> over(out, rule + " " + name, count(pattern), 0));
      if (test) {
        over(out, "sleep-in-test " + name, count(SLEEP), 0);
      } else if (!name.endsWith("/Terminal.java")) {
        over(out, "print " + name, count(PRINT), 0);
      }
    }
    parse(out);
  }

  private int count(Pattern pattern) {
    return (int) pattern.matcher(text).results().count();
  }

  private static void over(Map<String, Integer> out, String breach, int size, int most) {
    if (size > most) {
      out.merge(breach, size, Math::max);
    }
  }

  private void parse(Map<String, Integer> out) {
    List<String> options = List.of("-proc:none");
    JavacTask task =
        (JavacTask) COMPILER.getTask(null, FILES, _ -> {}, options, null, List.of(file()));
    try {
      for (CompilationUnitTree unit : task.parse()) {
        new Walk(unit, DocTrees.instance(task), out).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JavaFileObject file() {
    return new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** Visits types and methods. */
  @SuppressWarnings("VoidUsed") // the visitor of the compiler passes it on
  private final class Walk extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final DocTrees trees;
    private final Map<String, Integer> out;

    Walk(CompilationUnitTree unit, DocTrees trees, Map<String, Integer> out) {
      this.unit = unit;
      this.trees = trees;
      this.out = out;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      String label = name + " " + type.getSimpleName();
      boolean top = getCurrentPath().getParentPath().getLeaf() instanceof CompilationUnitTree;
      if (VAGUE.matcher(type.getSimpleName()).matches()) {
        over(out, "vague-name " + label, 1, 0);
      }
      if (top && !test && isPublic(type.getModifiers()) && !documented(getCurrentPath())) {
        over(out, "javadoc " + label, 1, 0);
      }
      if (test) {
        assertions(type);
      }
      return super.visitClass(type, unused);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      String label = name + " " + method.getName();
      over(out, "method-lines " + label, lines(method), METHOD_LINES_MAX);
      if (!isRecordsOwn(method)) {
        over(out, "parameters " + label, method.getParameters().size(), PARAMETERS_MAX);
      }
      boolean overrides = has(method.getModifiers(), "Override");
      if (!test && !overrides && method.getName().toString().matches("get[A-Z].*")) {
        over(out, "get-prefix " + label, 1, 0);
      }
      return super.visitMethod(method, unused);
    }

    @Override
    public Void visitVariable(VariableTree variable, Void unused) {
      Set<Modifier> flags = variable.getModifiers().getFlags();
      if (flags.contains(Modifier.STATIC) && !flags.contains(Modifier.FINAL)) {
        over(out, "mutable-static " + name + " " + variable.getName(), 1, 0);
      }
      return super.visitVariable(variable, unused);
    }

    /** A record has as many components as the thing it describes has properties. */
    private boolean isRecordsOwn(MethodTree method) {
      return method.getName().contentEquals("<init>")
          && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
    }

    /** Every test must assert, itself or through a method of its class. */
    private void assertions(ClassTree type) {
      Map<String, MethodTree> methods = new HashMap<>();
      for (Tree member : type.getMembers()) {
        if (member instanceof MethodTree method) {
          methods.put(method.getName().toString(), method);
        }
      }
      for (MethodTree method : methods.values()) {
        boolean isTest =
            has(method.getModifiers(), "Test") || has(method.getModifiers(), "ParameterizedTest");
        if (isTest && !asserts(method, methods, new HashSet<>())) {
          over(out, "no-assertion " + name + " " + method.getName(), 1, 0);
        }
      }
    }

    private boolean asserts(MethodTree method, Map<String, MethodTree> methods, Set<String> seen) {
      boolean[] found = {false};
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
          String select = call.getMethodSelect().toString();
          String called = select.substring(select.lastIndexOf('.') + 1);
          MethodTree own = methods.get(called);
          found[0] |= called.startsWith("assert") || called.equals("fail");
          if (own != null && seen.add(called)) {
            found[0] |= asserts(own, methods, seen);
          }
          return super.visitMethodInvocation(call, unused);
        }
      }.scan(method, null);
      return found[0];
    }

    private int lines(Tree tree) {
      var positions = trees.getSourcePositions();
      long start = positions.getStartPosition(unit, tree);
      long end = positions.getEndPosition(unit, tree);
      if (start < 0 || end < 0) {
        return 0;
      }
      var map = unit.getLineMap();
      return (int) (map.getLineNumber(end) - map.getLineNumber(start) + 1);
    }

    private boolean documented(TreePath path) {
      DocCommentTree comment = trees.getDocCommentTree(path);
      return comment != null && !comment.getFirstSentence().isEmpty();
    }

    private static boolean isPublic(ModifiersTree modifiers) {
      return modifiers.getFlags().contains(Modifier.PUBLIC);
    }

    private static boolean has(ModifiersTree modifiers, String annotation) {
      return modifiers.getAnnotations().stream()
          .anyMatch(found -> found.getAnnotationType().toString().equals(annotation));
    }
  }
}
