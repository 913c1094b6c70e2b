namespace Drivers.Sensors;

public class CorrectedSensorTests
{
    [Theory]
    [InlineData(55, 1, 5, 60)] // The internal diode of an EMC2101 beside a BM1366.
    [InlineData(60, 1, -7, 53)] // EmberOne's remote diode.
    [InlineData(80, 1.09, -32.2, 55.0)] // NerdQAxe: ((t - 30) × 1.09 + 30) - 29.5.
    [InlineData(90, 1.09, -32.2, 65.9)]
    public void CorrectsAsTheBoardsMakersMeasured(double degrees, double gain, double offset, double corrected) =>
        Assert.Equal(corrected, Correct(new Celsius(degrees), gain, offset).Value!.Value.Degrees, 9);

    [Theory]
    [InlineData(SensorFault.NotRead)]
    [InlineData(SensorFault.NoAnswer)]
    [InlineData(SensorFault.OpenDiode)]
    public void AFaultStaysTheFaultItIs(SensorFault fault) => Assert.Equal(fault, Correct(fault, 1, 5));

    [Fact]
    public void AHotPlaceDoesNotBecomeASilentOne()
    {
        Assert.Equal(new Celsius(125), Correct(new Celsius(121), 1, 5));
        Assert.Equal(new Celsius(-20), Correct(new Celsius(-19), 1, -7));
    }

    private static SensorReading Correct(SensorReading reading, double gain, double offset) =>
        new CorrectedSensor(new Fixed(reading), gain, offset).Read();

    private sealed class Fixed(SensorReading reading) : ITemperatureSensor
    {
        public SensorReading Read() => reading;
    }
}
