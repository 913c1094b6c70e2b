using Drivers.Fans;
using Drivers.Sensors;

namespace Drivers;

public class EnumWordsTests
{
    [Fact]
    public void ANameIsReadAsWords()
    {
        Assert.Equal("not read", SensorFault.NotRead.Words());
        Assert.Equal("shorted diode", SensorFault.ShortedDiode.Words());
        Assert.Equal("stopped", FanFault.Stopped.Words());
    }

    [Fact]
    public void AReadingWithoutAValueSaysWhyInWords()
    {
        SensorReading silent = SensorFault.NoAnswer;
        FanReading unread = default;

        Assert.Equal("no answer", silent.ToString());
        Assert.Equal("not read", unread.ToString());
    }
}
