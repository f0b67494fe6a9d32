package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.moat.engine.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GradientsTest {
  private final Tensor a = new Tensor("a", new int[] {2}, new float[] {3, 0});
  private final Tensor b = new Tensor("b", new int[] {1, 1}, new float[] {-4});

  private double clip(double most) {
    return Gradients.clip(Map.of("a", a, "b", b), most);
  }

  @Test
  void saysTheJointNorm() {
    assertEquals(5, clip(100));
    assertArrayEquals(new float[] {3, 0}, a.values());
    assertArrayEquals(new float[] {-4}, b.values());
  }

  @Test
  void shrinksAllByTheSameFactor() {
    assertEquals(5, clip(1));
    assertArrayEquals(new float[] {0.6f, 0}, a.values(), 1e-6f);
    assertArrayEquals(new float[] {-0.8f}, b.values(), 1e-6f);
    assertEquals(1, clip(1), 1e-6);
  }

  @Test
  void leavesANormThatIsJustAllowed() {
    assertEquals(5, clip(5));
    assertArrayEquals(new float[] {3, 0}, a.values());
  }

  @Test
  void leavesZeroAlone() {
    Tensor zero = Tensor.zeros("z", 4);
    assertEquals(0, Gradients.clip(Map.of("z", zero), 1));
    assertArrayEquals(new float[4], zero.values());
  }
}
