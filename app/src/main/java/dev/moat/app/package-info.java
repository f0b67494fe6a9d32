/** {@code Main}, command line, admin API, web console, wiring. */
@NullMarked
package dev.moat.app;

import org.jspecify.annotations.NullMarked;
