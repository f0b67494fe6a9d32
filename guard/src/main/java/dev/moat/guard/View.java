package dev.moat.guard;

/**
 * Another reading of a text: what an encoding or a disguise in it says, in place or alone.
 *
 * @param name which decoding gave it, or two of them joined by a plus
 * @param text what it says
 */
public record View(String name, String text) {}
