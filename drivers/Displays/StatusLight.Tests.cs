using System.Device.Gpio;
using Drivers.Buses;

namespace Drivers.Displays;

public class StatusLightTests
{
    private const int Pin = 23;

    [Theory]
    [InlineData(Signal.Off, ".......... .......... .......... ..........")]
    [InlineData(Signal.Starting, "#####..... #####..... #####..... #####.....")]
    [InlineData(Signal.Mining, "########## ########## ########## ##########")]
    [InlineData(Signal.Idle, "#......... .......... #......... ..........")]
    [InlineData(Signal.Fault, "#.#....... #.#....... #.#....... #.#.......")]
    public void EverySignalHasItsPattern(Signal signal, string pattern)
    {
        var seen = Enumerable.Range(0, 40)
            .Select(tenth => StatusLight.IsLit(signal, TimeSpan.FromMilliseconds(100 * tenth + 50)) ? '#' : '.');

        Assert.Equal(pattern.Replace(" ", "", StringComparison.Ordinal), string.Concat(seen));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShinesAtTheLevelThatTheBoardHasIt(bool high)
    {
        var pins = new FakePins();
        var light = new StatusLight(pins.Open(Pin), lit: high);

        Assert.True(light.TryShow(Signal.Mining, TimeSpan.Zero));
        Assert.Equal((PinValue)high, pins[Pin]);
        Assert.True(light.TryShow(Signal.Off, TimeSpan.Zero));
        Assert.Equal((PinValue)!high, pins[Pin]);
        pins.Broken = true;
        Assert.False(light.TryShow(Signal.Mining, TimeSpan.Zero));
    }
}
