using System.Diagnostics.CodeAnalysis;

namespace Fuzz;

/// <summary>The product did not crash, but said or did what it never should.</summary>
internal sealed class BrokenPromise(string message) : Exception(message)
{
    /// <param name="promise">What holds of the product, as a sentence; the finding if it does not.</param>
    public static void Unless([DoesNotReturnIf(false)] bool holds, string promise)
    {
        if (!holds)
        {
            throw new BrokenPromise($"It does not hold that {promise}");
        }
    }
}
