package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/** Knows tokens by their issuer's prefix: one walk down a trie of all prefixes. */
final class TokenDetector implements Detector {
  private static final int WIDTH = 128;

  private final List<TokenTemplate> templates;
  private final Alphabet firsts;
  private final short[] next;
  private final int[][] ending;

  TokenDetector(List<TokenTemplate> templates) {
    this.templates = List.copyOf(templates);
    firsts = Alphabet.firsts(templates.stream().map(TokenTemplate::prefix).toList());
    int nodes = 1 + templates.stream().mapToInt(template -> template.prefix().length()).sum();
    next = new short[nodes * WIDTH];
    List<List<Integer>> lists = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      lists.add(new ArrayList<>());
    }
    short used = 0;
    for (int i = 0; i < templates.size(); i++) {
      short node = 0;
      for (char c : templates.get(i).prefix().toCharArray()) {
        if (next[node * WIDTH + c] == 0) {
          next[node * WIDTH + c] = ++used;
        }
        node = next[node * WIDTH + c];
      }
      lists.get(node).add(i);
    }
    ending =
        lists.stream()
            .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
  }

  @Override
  public Start start() {
    return Start.at(firsts);
  }

  @Override
  public void find(Window window, int at, Best best) {
    int node = 0;
    for (int i = at; ; i++) {
      char c = window.at(i);
      node = c < WIDTH ? next[node * WIDTH + c] : 0;
      if (node == 0) {
        return;
      }
      for (int template : ending[node]) {
        templates.get(template).find(window, at, best);
      }
    }
  }
}
